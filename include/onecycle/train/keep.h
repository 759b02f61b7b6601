// Which weights of a run to keep.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/train/callback.h"

namespace onecycle {

/// Keeps a copy of the weights and buffers of the epoch with the lowest validation loss; of the
/// lowest training loss where there is no validation set. The first of equals counts. Costs one
/// copy of the model.
class BestWeights final : public Callback {
 public:
  /// `model` must outlive the callback.
  explicit BestWeights(const Model& model) : module_(*model.module) {}

  Action epoch_end(const FitContext& fit, const EpochRecord& epoch) override;

  /// The best epoch; nothing before the first has ended.
  [[nodiscard]] const std::optional<EpochRecord>& epoch() const { return best_; }
  /// Its weights by name.
  [[nodiscard]] const std::vector<std::pair<std::string, torch::Tensor>>& weights() const {
    return weights_;
  }

 private:
  torch::nn::Module& module_;
  std::optional<EpochRecord> best_;
  std::vector<std::pair<std::string, torch::Tensor>> weights_;
};

/// SHA-256 over the names, shapes and bits of the weights and buffers of `model`.
std::string weights_sha256(const Model& model);

}  // namespace onecycle
