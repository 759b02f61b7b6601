#include "onecycle/train/optimizer.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// One parameter and what the optimizer remembers of it.
struct Slot {
  std::string name;
  torch::Tensor parameter;
  std::size_t group;
  bool decays;
  torch::Tensor first = {};   // momentum buffer, or average of gradients
  torch::Tensor second = {};  // average of squared gradients
  std::int64_t steps = 0;
};

/// The arguments of one fused call, kept between calls so that nothing is allocated anew.
struct Lists {
  std::vector<torch::Tensor> parameters, gradients, firsts, seconds, steps;

  void clear() {
    parameters.clear();
    gradients.clear();
    firsts.clear();
    seconds.clear();
    steps.clear();
  }
};

/// A parameter takes part in the same fused call as the one before it if nothing tells them apart.
struct Call {
  double lr, momentum, weight_decay;
  std::int64_t steps;

  bool operator==(const Call&) const = default;
};

void launch(const Sgd& sgd, const Call& call, Lists& lists) {
  at::_fused_sgd_(lists.parameters, lists.gradients, lists.firsts, call.weight_decay,
                  sgd.momentum > 0.0 ? call.momentum : 0.0, call.lr, /*dampening=*/0.0,
                  sgd.nesterov, /*maximize=*/false, /*is_first_step=*/false);
}

void launch(const Adam& adam, const Call& call, Lists& lists) {
  at::_fused_adam_(lists.parameters, lists.gradients, lists.firsts, lists.seconds, {}, lists.steps,
                   call.lr, call.momentum, adam.beta2, call.weight_decay, adam.eps,
                   /*amsgrad=*/false, /*maximize=*/false);
}

void launch(const AdamW& adam, const Call& call, Lists& lists) {
  at::_fused_adamw_(lists.parameters, lists.gradients, lists.firsts, lists.seconds, {}, lists.steps,
                    call.lr, call.momentum, adam.beta2, call.weight_decay, adam.eps,
                    /*amsgrad=*/false, /*maximize=*/false);
}

double initial_momentum(const Sgd& sgd) { return sgd.momentum; }
template <class AdamLike>
double initial_momentum(const AdamLike& adam) {
  return adam.beta1;
}

template <class Options>
class FusedOptimizer final : public Optimizer {
  static constexpr bool kIsAdam = !std::is_same_v<Options, Sgd>;

 public:
  FusedOptimizer(const Model& model, const Options& options, double lr, bool decay_all)
      : options_(options),
        values_(model.groups.size(), {.lr = lr,
                                      .momentum = initial_momentum(options),
                                      .weight_decay = options.weight_decay}) {
    const auto parameters = group_parameters(model);
    for (std::size_t g = 0; g < parameters.size(); ++g) {
      for (std::size_t i = 0; i < parameters[g].size(); ++i) {
        const torch::Tensor& parameter = parameters[g][i];
        slots_.push_back({.name = model.groups[g].parameters[i],
                          .parameter = parameter,
                          .group = g,
                          .decays = decay_all || parameter.dim() > 1});
      }
    }
    // With those that decay first, groups with equal values make two fused calls, not two a group.
    std::stable_partition(slots_.begin(), slots_.end(), [](const Slot& s) { return s.decays; });
  }

  void step() override {
    const torch::NoGradGuard no_grad;
    Call call{};
    lists_.clear();
    for (Slot& slot : slots_) {
      const torch::Tensor& gradient = slot.parameter.grad();
      if (!gradient.defined()) {
        continue;
      }
      ++slot.steps;
      const GroupValues& v = values_[slot.group];
      const Call own{v.lr, v.momentum, slot.decays ? v.weight_decay : 0.0,
                     kIsAdam ? slot.steps : 0};
      if (own != call) {
        flush(call);
        call = own;
      }
      add(slot, gradient);
    }
    flush(call);
  }

  void zero_grad() override {
    for (Slot& slot : slots_) {
      slot.parameter.mutable_grad() = torch::Tensor();
    }
  }

  void forget() override {
    for (Slot& slot : slots_) {
      slot.first = torch::Tensor();
      slot.second = torch::Tensor();
      slot.steps = 0;
    }
  }

  std::vector<GroupValues>& values() override { return values_; }
  [[nodiscard]] bool has_momentum() const override { return initial_momentum(options_) > 0.0; }

  void state(StateArchive& archive) override {
    for (std::size_t g = 0; g < values_.size(); ++g) {
      const std::string prefix = cat("optimizer.group.", g, ".");
      archive.real(prefix + "lr", values_[g].lr);
      archive.real(prefix + "momentum", values_[g].momentum);
      archive.real(prefix + "weight_decay", values_[g].weight_decay);
    }
    for (Slot& slot : slots_) {
      const std::string prefix = cat("optimizer.", slot.name, ".");
      archive.integer(prefix + "steps", slot.steps);
      archive.optional_tensor(prefix + (kIsAdam ? "exp_avg" : "momentum_buffer"), slot.first,
                              slot.parameter);
      if constexpr (kIsAdam) {
        archive.optional_tensor(prefix + "exp_avg_sq", slot.second, slot.parameter);
      }
    }
  }

 private:
  void add(Slot& slot, const torch::Tensor& gradient) {
    lists_.parameters.push_back(slot.parameter);
    lists_.gradients.push_back(gradient);
    if (has_momentum() || kIsAdam) {
      // Zeros give the same first step as PyTorch's copy of the first gradient, without dampening.
      if (!slot.first.defined()) {
        slot.first = at::zeros_like(slot.parameter);
      }
      lists_.firsts.push_back(slot.first);
    }
    if constexpr (kIsAdam) {
      if (!slot.second.defined()) {
        slot.second = at::zeros_like(slot.parameter);
      }
      lists_.seconds.push_back(slot.second);
    }
  }

  void flush(const Call& call) {
    if (lists_.parameters.empty()) {
      return;
    }
    if constexpr (kIsAdam) {
      // One tensor serves all: the operator only reads it.
      const auto steps = at::full({}, static_cast<double>(call.steps),
                                  lists_.parameters.front().options().dtype(torch::kFloat));
      lists_.steps.assign(lists_.parameters.size(), steps);
    }
    launch(options_, call, lists_);
    lists_.clear();
  }

  Options options_;
  std::vector<GroupValues> values_;
  std::vector<Slot> slots_;
  Lists lists_;
};

void check_fraction(const char* what, double x) {
  require(x >= 0.0 && x < 1.0, ErrorKind::usage, what, ": expected a number in [0, 1), got ", x);
}

void check(const Sgd& sgd) {
  check_fraction("momentum", sgd.momentum);
  require(!sgd.nesterov || sgd.momentum > 0.0, ErrorKind::usage,
          "nesterov: expected momentum > 0, got ", sgd.momentum, "; set a momentum such as 0.9");
}

template <class AdamLike>
void check(const AdamLike& adam) {
  check_fraction("beta1", adam.beta1);
  check_fraction("beta2", adam.beta2);
  require(std::isfinite(adam.eps) && adam.eps > 0.0, ErrorKind::usage,
          "eps: expected a finite number > 0, got ", adam.eps);
}

}  // namespace

double weight_decay_of(const OptimizerOptions& options) {
  return std::visit([](const auto& chosen) { return chosen.weight_decay; }, options);
}

std::unique_ptr<Optimizer> make_optimizer(const Model& model, const OptimizerOptions& options,
                                          double lr, bool decay_all) {
  return std::visit(
      [&](const auto& chosen) -> std::unique_ptr<Optimizer> {
        check(chosen);
        require(std::isfinite(chosen.weight_decay) && chosen.weight_decay >= 0.0, ErrorKind::usage,
                "weight decay: expected a finite number >= 0, got ", chosen.weight_decay);
        using Options = std::decay_t<decltype(chosen)>;
        return std::make_unique<FusedOptimizer<Options>>(model, chosen, lr, decay_all);
      },
      options);
}

}  // namespace onecycle
