// Snapshots of a model at the lows of the rate, which answer together.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "onecycle/data/task.h"
#include "onecycle/train/keep.h"

namespace onecycle {

/// Options of `Snapshots`.
struct SnapshotOptions {
  std::int64_t most = 5;  ///< kept; at least 1
  std::string name = "snapshots";
};

/// Keeps copies of the last `most` models at the lows of the rate: after each iteration that ends a
/// cycle of the schedule (of any group). Not ready where no cycle ends. Source: Huang et al.,
/// 1704.00109.
class Snapshots final : public KeptWeights {
 public:
  /// Throws a usage error if `most` is less than 1.
  explicit Snapshots(const Model& model, SnapshotOptions options = {});

  void fit_begin(const FitContext& fit) override;
  Action iteration_end(const IterationContext& iteration) override;
  void state(StateArchive& archive) override;

  [[nodiscard]] std::string name() const override { return options_.name; }
  [[nodiscard]] std::string what() const override;
  [[nodiscard]] bool ready() const override { return taken_ > 0; }
  [[nodiscard]] std::vector<NamedTensors> members() const override;

 private:
  SnapshotOptions options_;
  std::vector<WeightCopy> copies_;  // the one taken as number n, from 0, lies at n % most
  std::int64_t taken_ = 0;
  Iterations lows_;  // of the fit that runs
};

/// What several models answer together; `outputs`: those of each, all of the same shape.
/// Regression: their mean. Classification: of the outputs as logits [N, classes] the logarithm of
/// the mean of the softmax, which cross-entropy and the metrics read as logits (its own softmax is
/// that mean). Throws a usage error if there are none. Source: Huang et al., 1704.00109.
torch::Tensor ensemble_output(const std::vector<torch::Tensor>& outputs, TaskKind kind);

}  // namespace onecycle
