// Optimizers over ordered parameter groups, on LibTorch's fused operators.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/record/run.h"
#include "onecycle/train/decay_exclusion.h"
#include "onecycle/train/optimizer_options.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// What training needs of an optimizer.
class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// Updates every parameter that has a gradient.
  virtual void step() = 0;
  /// Drops all gradients.
  virtual void zero_grad() = 0;
  /// The hyper-parameters of each group, in force at the next `step`.
  [[nodiscard]] virtual std::vector<GroupValues>& values() = 0;
  /// The weight decay of a group as the options have it: what a schedule's factor multiplies.
  [[nodiscard]] virtual double base_weight_decay(std::size_t group) const = 0;
  /// Whether a schedule's momentum has something to act on: momentum > 0 in the options, or a
  /// beta1.
  [[nodiscard]] virtual bool has_momentum() const = 0;
  /// Lists the hyper-parameters and what the optimizer remembers of each parameter.
  virtual void state(StateArchive& archive) = 0;
  /// Drops all it remembers of the parameters, as if no step had been made; the hyper-parameters
  /// stay. Source: fastai v2, `clear_state`.
  virtual void forget() = 0;
  /// The memory in bytes that it holds for what it remembers. A parameter gets its share when it
  /// first has a gradient, so a frozen one has none (but of a `TorchOptimizer` that makes it all at
  /// the start, as Adagrad does).
  [[nodiscard]] virtual std::int64_t bytes() const = 0;
};

/// An optimizer over the groups of `model`, every group with the same options and rate `lr`. Throws
/// a usage error for options out of range, a pattern in `exclusion` that fits no parameter or that
/// a `TorchOptimizer` could not heed, and a `TorchOptimizer` that makes nothing of use: none, one
/// over other groups, LBFGS (it needs to repeat the loss), one whose state is unknown.
std::unique_ptr<Optimizer> make_optimizer(const Model& model, const OptimizerOptions& options,
                                          double lr = 1e-3, const DecayExclusion& exclusion = {});

}  // namespace onecycle
