#include "model/running_norms.h"

#include <torch/nn/modules/batchnorm.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "model/script_module.h"

namespace onecycle {
namespace {

using Norms = std::vector<std::unique_ptr<RunningNorm>>;

/// LibTorch's own: without a momentum it computes the mean itself.
template <class Norm>
class OwnNorm final : public RunningNorm {
 public:
  explicit OwnNorm(Norm& norm) : norm_(norm), momentum_(norm.options.momentum()) {}

  void begin() override {
    norm_.options.momentum(std::nullopt);
    norm_.reset_running_stats();
  }
  void after_batch() override {}
  void end() override { norm_.options.momentum(momentum_); }

 private:
  Norm& norm_;
  std::optional<double> momentum_;
};

template <class Norm>
void add_own(torch::nn::Module& module, Norms& norms) {
  if (auto* norm = dynamic_cast<Norm*>(&module); norm != nullptr && norm->running_mean.defined()) {
    norms.push_back(std::make_unique<OwnNorm<Norm>>(*norm));
  }
}

torch::Tensor buffer_of(const torch::nn::Module& module, const std::string& name) {
  const auto buffers = module.named_buffers(/*recurse=*/false);
  const torch::Tensor* const found = buffers.find(name);
  return found == nullptr ? torch::Tensor() : *found;
}

/// The tensors of Python's.
struct Statistics {
  torch::Tensor mean;
  torch::Tensor variance;
  torch::Tensor batches;
};

/// In a script, where the momentum is fixed: from statistics of 0 a batch moves them to the
/// momentum times its own.
class ScriptNorm final : public RunningNorm {
 public:
  ScriptNorm(Statistics own, double momentum)
      : own_(std::move(own)),
        sums_{at::zeros_like(own_.mean), at::zeros_like(own_.variance), {}},
        momentum_(momentum) {}

  void begin() override {
    forget();
    if (own_.batches.defined()) {
      own_.batches.zero_();
    }
  }

  void after_batch() override {
    ++batches_;
    sums_.mean.add_(own_.mean);
    sums_.variance.add_(own_.variance);
    forget();
  }

  void end() override {
    const double weight = momentum_ * static_cast<double>(std::max<std::int64_t>(batches_, 1));
    own_.mean.copy_(sums_.mean / weight);
    own_.variance.copy_(sums_.variance / weight);
  }

 private:
  void forget() const {
    own_.mean.zero_();
    own_.variance.zero_();
  }

  Statistics own_;
  Statistics sums_;
  double momentum_;
  std::int64_t batches_ = 0;
};

/// In a script without a momentum, which computes the mean itself.
class CountingScriptNorm final : public RunningNorm {
 public:
  explicit CountingScriptNorm(Statistics own) : own_(std::move(own)) {}

  void begin() override { own_.batches.zero_(); }
  void after_batch() override {}
  void end() override {}

 private:
  Statistics own_;
};

void add_script(const torch::nn::Module& module, Norms& norms) {
  const auto* const script = dynamic_cast<const ScriptModule*>(&module);
  Statistics own{.mean = buffer_of(module, "running_mean"),
                 .variance = buffer_of(module, "running_var"),
                 .batches = buffer_of(module, "num_batches_tracked")};
  if (script == nullptr || !own.mean.defined() || !own.variance.defined()) {
    return;
  }
  if (const auto momentum = script->number("momentum"); momentum && *momentum > 0.0) {
    norms.push_back(std::make_unique<ScriptNorm>(std::move(own), *momentum));
  } else if (!momentum && own.batches.defined()) {
    norms.push_back(std::make_unique<CountingScriptNorm>(std::move(own)));
  }
}

}  // namespace

Norms running_norms(torch::nn::Module& module) {
  Norms norms;
  std::set<const torch::nn::Module*> known;  // a module may be registered twice
  for (const auto& each : module.modules()) {
    if (!known.insert(each.get()).second) {
      continue;
    }
    add_own<torch::nn::BatchNorm1dImpl>(*each, norms);
    add_own<torch::nn::BatchNorm2dImpl>(*each, norms);
    add_own<torch::nn::BatchNorm3dImpl>(*each, norms);
    add_script(*each, norms);
  }
  return norms;
}

}  // namespace onecycle
