#include "onecycle/train/keep.h"

#include <torch/nn/module.h>

#include <cmath>

#include "onecycle/model/weights.h"

namespace onecycle {

Action BestWeights::epoch_end(const FitContext& /*fit*/, const EpochRecord& epoch) {
  const auto loss = [](const EpochRecord& e) { return e.valid_loss.value_or(e.train_loss); };
  if (std::isfinite(loss(epoch)) && (!best_ || loss(epoch) < loss(*best_))) {
    best_ = epoch;
    const torch::NoGradGuard no_grad;
    if (weights_.empty()) {
      for (const auto& [name, tensor] : named_tensors(module_)) {
        weights_.emplace_back(name, tensor.detach().clone());
      }
    } else {
      std::size_t i = 0;
      for (const auto& [name, tensor] : named_tensors(module_)) {
        weights_[i++].second.copy_(tensor);
      }
    }
  }
  return Action::proceed;
}

std::string weights_sha256(const Model& model) {
  TrainState state;
  for (const auto& [name, tensor] : named_tensors(*model.module)) {
    state.tensors.emplace_back(name, tensor.detach());
  }
  return state.sha256();
}

}  // namespace onecycle
