// Curves of several runs in one picture.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "onecycle/report/plot.h"

namespace onecycle {

/// The names of the metrics of all runs, each once, in the order in which they first appear.
std::vector<std::string> metrics_of(std::span<const Run> runs);

/// Each gives as many plots as there is something to draw for, each with one curve a run.
std::vector<Plot> overlay_find(std::span<const Run> runs, const PlotOptions& options);
std::vector<Plot> overlay_schedule(GroupField field, std::span<const Run> runs,
                                   const PlotOptions& options);
/// Validation loss, and training loss, smoothed.
std::vector<Plot> overlay_loss(std::span<const Run> runs, const PlotOptions& options);
std::vector<Plot> overlay_gradient(std::span<const Run> runs, const PlotOptions& options);
/// One plot a metric.
std::vector<Plot> overlay_metrics(std::span<const Run> runs, const PlotOptions& options);

}  // namespace onecycle
