#include "onecycle/train/lr_find.h"

#include <ATen/ops/stack.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>
#include <torch/utils.h>

#include <cmath>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/data/loader.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/finder/suggest.h"
#include "onecycle/train/learner.h"
#include "train/torch_optimizer.h"

namespace onecycle {
namespace {

// On a CUDA device each look at a loss makes it wait; a few iterations too many cost less.
constexpr std::size_t kIterationsPerLook = 8;

/// Hands the losses of `steps` to the log, with one copy from their device, and forgets them.
void read_losses(SweepLog& log, std::vector<FindStep>& steps) {
  if (steps.empty()) {
    return;
  }
  std::vector<torch::Tensor> losses;
  losses.reserve(steps.size());
  for (const FindStep& step : steps) {
    losses.push_back(step.loss);
  }
  const torch::Tensor read = at::stack(losses).to(torch::kCPU, torch::kDouble);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    log.add(read.const_data_ptr<double>()[i], steps[i].batches);
  }
  steps.clear();
}

/// The state before a sweep, in memory or in a file.
class SavedState {
 public:
  SavedState(const StateList& list, Snapshot snapshot) : list_(list) {
    if (snapshot == Snapshot::memory) {
      in_memory_ = save_state(list);
      return;
    }
    const TrainState state = save_state(list, Copy::alias);
    values_ = state.values;
    file_.emplace("onecycle-find-");
    save_tensors(file_->path(), {.tensors = state.tensors});
  }

  void put_back() const {
    if (in_memory_) {
      restore_state(list_, *in_memory_);
      return;
    }
    restore_state(list_, {.tensors = load_tensors(file_->path()).tensors, .values = values_});
  }

 private:
  const StateList& list_;
  std::optional<TrainState> in_memory_;
  std::vector<std::pair<std::string, std::string>> values_;
  std::optional<TemporaryFile> file_;
};

FindRecord sweep(const FindOptions& options, torch::Device device,
                 const std::function<FindStep(double)>& iterate) {
  SweepLog log(options.setup);
  const Sweep& rates = options.setup.sweep;
  const std::size_t per_look = device.is_cpu() ? 1 : kIterationsPerLook;
  std::vector<FindStep> unread;
  for (std::int64_t k = 0; log.running() && k < rates.iterations(); ++k) {
    if (options.interrupted && options.interrupted()) {
      read_losses(log, unread);
      log.interrupt();
      break;
    }
    unread.push_back(iterate(rates.rate(k)));
    if (unread.size() >= per_look || k + 1 == rates.iterations()) {
      read_losses(log, unread);
    }
  }
  return log.record();
}

}  // namespace

void FindOptions::check(std::size_t groups) const {
  require(!group || *group < groups, ErrorKind::usage, "lr_find: group: expected one of 0 .. ",
          groups - 1, ", got ", group.value_or(0));
  require(!group || multipliers.empty(), ErrorKind::usage,
          "lr_find: expected a group or multipliers, got both; leave one out");
  require(multipliers.empty() || multipliers.size() == groups, ErrorKind::usage,
          "lr_find: multipliers: expected ", groups, " (one a group), got ", multipliers.size());
  for (const double multiplier : multipliers) {
    require(std::isfinite(multiplier) && multiplier >= 0.0, ErrorKind::usage,
            "lr_find: multipliers: expected finite numbers >= 0, got ", multiplier);
  }
  require(!valid_batches || *valid_batches >= 0, ErrorKind::usage,
          "lr_find: validation batches: expected 0 (all) or more, got ", valid_batches.value_or(0));
}

std::vector<double> FindOptions::group_rates(double rate, std::size_t groups) const {
  std::vector<double> rates(groups, group ? 0.0 : rate);
  if (group) {
    rates[*group] = rate;
  }
  for (std::size_t g = 0; g < multipliers.size(); ++g) {
    rates[g] = rate * multipliers[g];
  }
  return rates;
}

FindRecord run_sweep(const FindOptions& options, const StateList& state, torch::Device device,
                     const std::function<FindStep(double)>& iterate) {
  const SavedState before(state, options.snapshot);
  const std::string hash =
      options.certify ? save_state(state, Copy::alias).sha256() : std::string();
  FindRecord record;
  try {
    record = sweep(options, device, iterate);
  } catch (...) {
    before.put_back();
    throw;
  }
  before.put_back();
  if (options.certify) {
    record.state_before = hash;
    record.state_after = save_state(state, Copy::alias).sha256();
  }
  record.suggestions = suggest(record, options.rules);
  return record;
}

FindRecord lr_find(const OwnLoop& loop, const FindOptions& options) {
  const StateList state = [&](StateArchive& archive) {
    list_module(archive, loop.module);
    if (loop.optimizer_state) {
      loop.optimizer_state(archive);
    } else {
      list_torch_optimizer(archive, loop.optimizer);
    }
    const auto parameters = loop.module.parameters();
    list_generators(archive, parameters.empty() ? torch::kCPU : parameters.front().device());
    if (loop.loader != nullptr) {
      loop.loader->state(archive);
    }
    if (loop.more_state) {
      loop.more_state(archive);
    }
  };
  const auto parameters = loop.module.parameters();
  require(!parameters.empty(), ErrorKind::usage,
          "lr_find: expected a module with parameters, got one without");
  options.check(loop.optimizer.param_groups().size());
  require(!options.valid_batches || loop.valid_loss, ErrorKind::usage,
          "lr_find: expected OwnLoop::valid_loss to measure the validation loss with, got none");
  FindRecord record =
      run_sweep(options, state, parameters.front().device(), [&](double rate) -> FindStep {
        loop.module.train();
        auto& groups = loop.optimizer.param_groups();
        const std::vector<double> rates = options.group_rates(rate, groups.size());
        for (std::size_t g = 0; g < groups.size(); ++g) {
          groups[g].options().set_lr(rates[g]);
        }
        loop.optimizer.zero_grad();
        const torch::Tensor loss = loop.loss();
        loss.backward();
        loop.optimizer.step();
        if (options.valid_batches) {
          return {.loss = torch::tensor(loop.valid_loss(*options.valid_batches), torch::kDouble)};
        }
        return {.loss = loss.detach()};
      });
  if (loop.loader != nullptr) {
    record.epochs =
        static_cast<double>(record.batches) / static_cast<double>(loop.loader->batches());
  }
  return record;
}

}  // namespace onecycle
