// Optimizers over ordered parameter groups, on LibTorch's fused operators.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/record/run.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// Stochastic gradient descent: buf = momentum buf + g; p -= lr buf (nesterov: lr (g + momentum
/// buf)). Weight decay is added to the gradient (L2). As `torch.optim.SGD`.
struct Sgd {
  double momentum = 0.9;  ///< [0, 1); at 0 there is no buffer and no schedule touches it
  double weight_decay = 0.0;
  bool nesterov = false;  ///< needs momentum > 0
};

/// Adam (Kingma & Ba, 1412.6980); weight decay is added to the gradient (L2). The bias correction
/// uses the beta1 in force, as `torch.optim.Adam` does, so beta1 may be scheduled.
struct Adam {
  double beta1 = 0.9;   ///< what schedules call momentum
  double beta2 = 0.99;  ///< fastai's; PyTorch's is 0.999
  double eps = 1e-5;    ///< fastai's; PyTorch's is 1e-8
  double weight_decay = 0.0;
};

/// Adam with decoupled weight decay (Loshchilov & Hutter, 1711.05101): p *= 1 - lr weight_decay
/// before the step. As `torch.optim.AdamW`.
struct AdamW {
  double beta1 = 0.9;
  double beta2 = 0.99;
  double eps = 1e-5;
  double weight_decay = 0.01;
};

/// Which optimizer, with its options.
using OptimizerOptions = std::variant<Sgd, Adam, AdamW>;

/// The weight decay that the options ask for.
double weight_decay_of(const OptimizerOptions& options);

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
  /// Drops what is remembered of the parameters.
  virtual void forget() = 0;
  /// The hyper-parameters of each group, in force at the next `step`.
  [[nodiscard]] virtual std::vector<GroupValues>& values() = 0;
  /// Whether a schedule's momentum has something to act on.
  [[nodiscard]] virtual bool has_momentum() const = 0;
  /// Lists the hyper-parameters and what the optimizer remembers of each parameter.
  virtual void state(StateArchive& archive) = 0;
};

/// An optimizer over the groups of `model`, every group with the same options and rate `lr`.
/// Biases and parameters of normalisation layers (all with fewer than two dimensions) get no
/// weight decay unless `decay_all`. Throws a usage error for options out of range.
std::unique_ptr<Optimizer> make_optimizer(const Model& model, const OptimizerOptions& options,
                                          double lr = 1e-3, bool decay_all = false);

}  // namespace onecycle
