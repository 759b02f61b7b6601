// A number of each epoch that a callback watches: the loss, or a metric.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/record/run.h"
#include "onecycle/train/callback.h"

namespace onecycle {

inline constexpr std::string_view kLoss = "loss";

/// The place of `metric` among those of `run`; nothing for the loss. Throws a usage error that
/// begins with `what` and names the nearest if there is no such metric.
inline std::optional<std::size_t> place_of_metric(std::string_view what, const std::string& metric,
                                                  const Run& run) {
  if (metric == kLoss) {
    return std::nullopt;
  }
  const auto found = std::find(run.metrics.begin(), run.metrics.end(), metric);
  if (found == run.metrics.end()) {
    std::vector<std::string> known = run.metrics;
    known.emplace_back(kLoss);
    fail(ErrorKind::usage, what, ": unknown metric '", metric, "'", suggest_name(metric, known));
  }
  return static_cast<std::size_t>(found - run.metrics.begin());
}

/// The loss: of validation, of training where there is none. Or the metric at `place`; nothing if
/// the epoch was not validated.
inline std::optional<double> value_of(const EpochRecord& epoch, std::optional<std::size_t> place) {
  if (!place) {
    return epoch.valid_loss.value_or(epoch.train_loss);
  }
  return *place < epoch.metrics.size() ? std::optional(epoch.metrics[*place]) : std::nullopt;
}

/// For `epoch_begin`: throws a usage error that begins with `what` if the metric at `place` is not
/// measured. Only after an epoch is it sure that the last one would have been validated: a fit that
/// is stopped is not, and goes no further.
inline void require_measured(std::string_view what, const std::string& metric,
                             std::optional<std::size_t> place, const FitContext& fit) {
  require(!place || fit.epoch == 0 || !fit.run.epochs.back().metrics.empty(), ErrorKind::usage,
          what, ": expected a validation set to measure '", metric,
          "' on, got none; give one to the learner");
}

}  // namespace onecycle
