// The optimizers with a trust ratio for each parameter. Norms and ratios stay on the device.

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <cmath>

#include "train/optimizer/slots.h"

namespace onecycle {
namespace {

using Tensors = std::vector<torch::Tensor>;

/// The norm of each, in one tensor.
torch::Tensor norms(const Tensors& tensors) { return at::stack(at::_foreach_norm(tensors)); }

/// One ratio each: 1 where it is not `sound`, else at most `most`.
Tensors ratios(torch::Tensor ratio, const torch::Tensor& sound, std::optional<double> most) {
  if (most) {
    ratio = ratio.clamp_max(*most);
  }
  return at::where(sound, ratio, 1.0).unbind();
}

class LarsOptimizer final : public SlotOptimizer {
 public:
  LarsOptimizer(const OptimizerSetup& setup, const Lars& lars)
      : SlotOptimizer(setup,
                      {.memories = {"momentum_buffer"}, .buffers_momentum = true, .trusts = true},
                      lars.momentum, lars.weight_decay),
        lars_(lars) {}

 private:
  void apply(const Update& update, const UpdateLists& lists) override {
    if (lars_.decoupled) {
      shrink_parameters(update, lists);
    }
    const double decay = lars_.decoupled ? 0.0 : update.weight_decay;
    Tensors gradients = decayed_gradients(lists, decay);
    if (update.trusts) {
      const torch::Tensor sizes = norms(lists.parameters);
      const torch::Tensor slopes = norms(lists.gradients);
      const torch::Tensor ratio = lars_.trust * sizes / (slopes + decay * sizes + lars_.eps);
      gradients = at::_foreach_mul(
          gradients, ratios(ratio, (sizes > 0).logical_and(slopes > 0), lars_.max_trust));
    }
    at::_fused_sgd_(lists.parameters, gradients, lists.memories[0], /*weight_decay=*/0.0,
                    update.momentum, update.lr, /*dampening=*/0.0,
                    lars_.nesterov && update.momentum > 0.0, /*maximize=*/false, update.fresh);
  }

  Lars lars_;
};

class LambOptimizer final : public SlotOptimizer {
 public:
  LambOptimizer(const OptimizerSetup& setup, const Lamb& lamb)
      : SlotOptimizer(setup,
                      {.memories = {"exp_avg", "exp_avg_sq"}, .counts_steps = true, .trusts = true},
                      lamb.beta1, lamb.weight_decay),
        lamb_(lamb) {}

 private:
  void apply(const Update& update, const UpdateLists& lists) override {
    if (lamb_.decoupled) {
      shrink_parameters(update, lists);
    }
    Tensors steps = adam_steps(update, lists);
    if (!lamb_.decoupled && update.weight_decay != 0.0) {
      at::_foreach_add_(steps, lists.parameters, update.weight_decay);
    }
    if (update.trusts) {
      const torch::Tensor sizes = norms(lists.parameters);
      const torch::Tensor lengths = norms(steps);
      at::_foreach_mul_(
          steps, ratios(sizes / lengths, (sizes > 0).logical_and(lengths > 0), lamb_.max_trust));
    }
    at::_foreach_add_(lists.parameters, steps, -update.lr);
  }

  /// Takes the gradients into the averages; m' / (sqrt(v') + eps).
  [[nodiscard]] Tensors adam_steps(const Update& update, const UpdateLists& lists) const {
    const auto& [means, squares, unused] = lists.memories;
    const auto n = static_cast<double>(update.steps);
    at::_foreach_lerp_(means, lists.gradients, 1.0 - update.momentum);
    at::_foreach_mul_(squares, lamb_.beta2);
    at::_foreach_addcmul_(squares, lists.gradients, lists.gradients, 1.0 - lamb_.beta2);
    Tensors divisors = at::_foreach_sqrt(squares);
    at::_foreach_div_(divisors, std::sqrt(1.0 - std::pow(lamb_.beta2, n)));
    at::_foreach_add_(divisors, lamb_.eps);
    Tensors steps = at::_foreach_div(means, divisors);
    at::_foreach_div_(steps, 1.0 - std::pow(update.momentum, n));
    return steps;
  }

  Lamb lamb_;
};

}  // namespace

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Lars& options) {
  return std::make_unique<LarsOptimizer>(setup, options);
}

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Lamb& options) {
  return std::make_unique<LambOptimizer>(setup, options);
}

}  // namespace onecycle
