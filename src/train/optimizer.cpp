#include "onecycle/train/optimizer.h"

#include "train/optimizer/kinds.h"

namespace onecycle {

std::unique_ptr<Optimizer> make_optimizer(const Model& model, const OptimizerOptions& options,
                                          double lr, const DecayExclusion& exclusion) {
  return std::visit(
      [&]<class Options>(const Options& chosen) {
        if constexpr (!std::is_same_v<Options, TorchOptimizer>) {
          (void)detail::checked(chosen);
        }
        if constexpr (requires { chosen.check(); }) {
          chosen.check();
        }
        return make_kind({.model = model, .exclusion = exclusion, .lr = lr}, chosen);
      },
      options);
}

}  // namespace onecycle
