#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_clamp_min.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>

#include "train/optimizer/slots.h"

namespace onecycle {
namespace {

std::vector<std::string_view> memories_of(const RmsProp& rmsprop) {
  std::vector<std::string_view> memories = {"momentum_buffer", "square_avg"};
  if (rmsprop.centered) {
    memories.emplace_back("grad_avg");
  }
  return memories;
}

class RmsPropOptimizer final : public SlotOptimizer {
 public:
  RmsPropOptimizer(const OptimizerSetup& setup, const RmsProp& rmsprop)
      : SlotOptimizer(setup, {.memories = memories_of(rmsprop), .buffers_momentum = true},
                      rmsprop.momentum, rmsprop.weight_decay),
        rmsprop_(rmsprop) {}

 private:
  void apply(const Update& update, const UpdateLists& lists) override {
    if (rmsprop_.decoupled) {
      shrink_parameters(update, lists);
    }
    const auto gradients = decayed_gradients(lists, rmsprop_.decoupled ? 0.0 : update.weight_decay);
    const auto divisors = average(gradients, lists);
    const auto& buffers = lists.memories[0];
    if (update.momentum == 0.0) {
      at::_foreach_addcdiv_(lists.parameters, gradients, divisors, -update.lr);
      return;
    }
    at::_foreach_mul_(buffers, update.momentum);
    if (rmsprop_.order == MomentumOrder::after_division) {
      at::_foreach_addcdiv_(buffers, gradients, divisors);
      at::_foreach_add_(lists.parameters, buffers, -update.lr);
    } else {
      at::_foreach_add_(buffers, gradients);
      at::_foreach_addcdiv_(lists.parameters, buffers, divisors, -update.lr);
    }
  }

  /// Takes the gradients into the averages; what to divide by.
  std::vector<torch::Tensor> average(const std::vector<torch::Tensor>& gradients,
                                     const UpdateLists& lists) const {
    const auto& [buffers, squares, means] = lists.memories;
    at::_foreach_mul_(squares, rmsprop_.alpha);
    at::_foreach_addcmul_(squares, gradients, gradients, 1.0 - rmsprop_.alpha);
    std::vector<torch::Tensor> divisors;
    if (rmsprop_.centered) {
      at::_foreach_lerp_(means, gradients, 1.0 - rmsprop_.alpha);
      divisors = at::_foreach_addcmul(squares, means, means, -1.0);
      at::_foreach_clamp_min_(divisors, 0.0);
      at::_foreach_sqrt_(divisors);
    } else {
      divisors = at::_foreach_sqrt(squares);
    }
    at::_foreach_add_(divisors, rmsprop_.eps);
    return divisors;
  }

  RmsProp rmsprop_;
};

}  // namespace

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const RmsProp& options) {
  return std::make_unique<RmsPropOptimizer>(setup, options);
}

}  // namespace onecycle
