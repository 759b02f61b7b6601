// Callbacks that end a fit before its last epoch. Where they do, the schedule has not come to its
// end either.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "onecycle/record/run.h"
#include "onecycle/train/callback.h"

namespace onecycle {

/// Options of `EarlyStopping`.
struct EarlyStoppingOptions {
  std::string metric = "loss";    ///< or the name of a metric
  bool higher_is_better = false;  ///< of the metric
  std::int64_t patience = 10;     ///< at least 1: epochs in a row without an improvement
  double min_delta = 0.0;         ///< at least 0: less is no improvement
};

/// Ends the fit when the validation loss (the training loss where there is no validation set), or a
/// metric, has not improved for `patience` epochs. What is not finite is no improvement.
class EarlyStopping final : public Callback {
 public:
  /// `run`: the learner's, which knows its metrics. Throws a usage error for options out of range
  /// and for a metric that there is not (the nearest is named).
  EarlyStopping(EarlyStoppingOptions options, const Run& run);

  void fit_begin(const FitContext& fit) override;
  Action epoch_end(const FitContext& fit, const EpochRecord& epoch) override;
  [[nodiscard]] std::string reason() const override;
  void state(StateArchive& archive) override;

 private:
  EarlyStoppingOptions options_;
  std::optional<std::size_t> metric_;  // its place; nothing: the loss
  double best_ = 0.0;
  bool any_ = false;  // whether `best_` is one
  std::int64_t bad_ = 0;
};

/// Ends the fit at the first moment of rest after so many seconds, counted from the beginning of
/// the first fit that it is in; the time before a resumed fit was interrupted counts.
class TimeBudget final : public Callback {
 public:
  /// Throws a usage error unless `seconds` is a finite number above 0.
  explicit TimeBudget(double seconds);

  void fit_begin(const FitContext& fit) override;
  Action at_rest(const FitContext& fit) override;
  [[nodiscard]] std::string reason() const override;
  void state(StateArchive& archive) override;

 private:
  [[nodiscard]] double passed() const;

  double seconds_;
  double before_ = 0.0;  // of a fit that was resumed
  std::chrono::steady_clock::time_point start_ = {};
};

}  // namespace onecycle
