// Which weights of a run to keep: what all ways have in common, and the best epoch.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/model/model.h"
#include "onecycle/model/weights.h"
#include "onecycle/train/callback.h"
#include "onecycle/train/weight_average.h"

namespace onecycle {

/// A callback that keeps weights of a fit; each fit begins it anew. Several of one kind in one fit
/// need different names.
class KeptWeights : public Callback {
 public:
  /// Short: `best`, `swa`. What it lists as state starts with it.
  [[nodiscard]] virtual std::string name() const = 0;
  /// What is kept, in words, or why nothing is: `epoch 12, lowest loss`.
  [[nodiscard]] virtual std::string what() const = 0;
  /// Whether anything is kept.
  [[nodiscard]] virtual bool ready() const = 0;
  /// The kept sets of parameters and buffers by name, the oldest first: one, or those of an
  /// ensemble; none unless ready. They are the callback's own tensors: training changes them.
  [[nodiscard]] virtual std::vector<NamedTensors> members() const = 0;
  /// Whether no iteration has seen these weights, so that statistics of batch normalisation are to
  /// be computed before they are used (`update_batch_norm`).
  [[nodiscard]] virtual bool averaged() const { return false; }

  /// The last of `members`, or nothing.
  [[nodiscard]] NamedTensors weights() const;
};

/// Options of `BestWeights`.
struct BestOptions {
  std::string metric = "loss";    ///< or the name of a metric
  bool higher_is_better = false;  ///< of the metric
  std::string name = "best";
};

/// Keeps a copy of the weights and buffers of the epoch with the lowest validation loss, of the
/// lowest training loss where there is no validation set, or of the best value of a metric. The
/// first of equals counts, what is not finite never, and an epoch that was not validated only as
/// long as none was. Costs one copy of the model.
class BestWeights final : public KeptWeights {
 public:
  /// Throws a usage error for higher_is_better with the loss, and, from `fit`, for a metric that
  /// there is not (the nearest is named) and for one without a validation set.
  explicit BestWeights(const Model& model, BestOptions options = {});

  void fit_begin(const FitContext& fit) override;
  Action epoch_begin(const FitContext& fit) override;
  Action epoch_end(const FitContext& fit, const EpochRecord& epoch) override;
  void state(StateArchive& archive) override;

  [[nodiscard]] std::string name() const override { return options_.name; }
  [[nodiscard]] std::string what() const override;
  [[nodiscard]] bool ready() const override { return best_.has_value(); }
  [[nodiscard]] std::vector<NamedTensors> members() const override;

  /// The best epoch; nothing before the first has ended. Its seconds are no state: 0 when restored.
  [[nodiscard]] const std::optional<EpochRecord>& epoch() const { return best_; }

 private:
  BestOptions options_;
  WeightCopy copy_;
  std::optional<std::size_t> metric_;  // its place among the metrics; nothing: the loss
  std::optional<EpochRecord> best_;
};

/// SHA-256 over the names, shapes and bits of the weights and buffers of `model`.
std::string weights_sha256(const Model& model);

}  // namespace onecycle
