#include <ATen/ops/_fused_sgd.h>

#include "train/optimizer/slots.h"

namespace onecycle {
namespace {

class SgdOptimizer final : public SlotOptimizer {
 public:
  SgdOptimizer(const OptimizerSetup& setup, const Sgd& sgd)
      : SlotOptimizer(setup, {.memories = {"momentum_buffer"}, .buffers_momentum = true},
                      sgd.momentum, sgd.weight_decay),
        sgd_(sgd) {}

 private:
  void apply(const Update& update, const UpdateLists& lists) override {
    if (sgd_.decoupled) {
      shrink_parameters(update, lists);
    }
    at::_fused_sgd_(lists.parameters, lists.gradients, lists.memories[0],
                    sgd_.decoupled ? 0.0 : update.weight_decay, update.momentum, update.lr,
                    sgd_.dampening, sgd_.nesterov && update.momentum > 0.0, /*maximize=*/false,
                    update.fresh);
  }

  Sgd sgd_;
};

}  // namespace

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Sgd& options) {
  return std::make_unique<SgdOptimizer>(setup, options);
}

}  // namespace onecycle
