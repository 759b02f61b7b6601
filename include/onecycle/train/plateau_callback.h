// The schedules driven by losses as callbacks: what they cut multiplies peak and schedule.
#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/schedule/plateaus.h"
#include "onecycle/train/callback.h"

namespace onecycle {

/// Begins anew with each fit, from its peaks. Lowest rates bound peak * factor: what the schedule
/// makes of that may be lower.
class PlateauCallback : public Callback {
 public:
  /// In the fit that runs, or ran last.
  [[nodiscard]] virtual std::int64_t cuts() const = 0;
};

/// `ReduceOnPlateau` on the validation loss of each epoch, on its training loss where there is no
/// validation set, or on a metric.
class CutOnPlateau final : public PlateauCallback {
 public:
  /// `run`: the learner's, which knows its groups and metrics. Throws a usage error for options out
  /// of range, a list of lowest rates that does not fit the groups, a metric that there is not (the
  /// nearest is named), mode max for the loss, and, from `fit`, for a metric without a validation
  /// set.
  CutOnPlateau(ReduceOnPlateauOptions options, const Run& run);

  void fit_begin(const FitContext& fit) override;
  Action epoch_begin(const FitContext& fit) override;
  Action epoch_end(const FitContext& fit, const EpochRecord& epoch) override;
  [[nodiscard]] double rate_factor(std::size_t group) const override;
  void state(StateArchive& archive) override;

  [[nodiscard]] std::int64_t cuts() const override { return plateau_ ? plateau_->cuts() : 0; }

 private:
  ReduceOnPlateauOptions options_;
  std::optional<std::size_t> metric_;       // its place among the metrics; nothing: the loss
  std::optional<ReduceOnPlateau> plateau_;  // from the first fit on
};

/// `StatisticalPlateau` on the training loss of each iteration. Losses wait on their device and are
/// read when the next look is due, at least 8 at a time.
class CutOnTrend final : public PlateauCallback {
 public:
  /// `run`: the learner's. Throws a usage error for options out of range and a list of lowest rates
  /// that does not fit the groups.
  CutOnTrend(StatisticalPlateauOptions options, const Run& run);

  void fit_begin(const FitContext& fit) override;
  Action iteration_end(const IterationContext& iteration) override;
  [[nodiscard]] double rate_factor(std::size_t group) const override;
  void state(StateArchive& archive) override;

  [[nodiscard]] std::int64_t cuts() const override { return plateau_ ? plateau_->cuts() : 0; }

 private:
  void read();

  StatisticalPlateauOptions options_;
  std::optional<StatisticalPlateau> plateau_;  // from the first fit on
  std::vector<torch::Tensor> unread_;          // losses of the last iterations
  std::vector<double> unreported_;             // those before them
};

/// The callback for `options`; `run` as above.
std::shared_ptr<PlateauCallback> plateau_callback(const PlateauOptions& options, const Run& run);

}  // namespace onecycle
