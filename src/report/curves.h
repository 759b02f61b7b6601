// From numbers to what a picture shows of them: curves of few enough values, and scales that a few
// wild values do not set.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "onecycle/report/plot.h"

namespace onecycle {

using ValueAt = std::function<double(std::size_t)>;

/// A curve of `count` values, thinned by `keep_extremes`.
Series thinned(std::string label, std::size_t count, const PlotOptions& options, const ValueAt& x,
               const ValueAt& y);

/// Smallest and largest finite value; nothing if there is none.
std::optional<Interval> finite_range(std::span<const double> values);

/// What of `values` most would call normal: without the outermost hundredths.
std::optional<Interval> bulk_range(std::vector<double> values);

/// The smallest that holds both.
std::optional<Interval> join_ranges(const std::optional<Interval>& a,
                                    const std::optional<Interval>& b);

/// Makes `plot` show `range` with a margin, on a logarithmic axis where it is positive and spans
/// more than a factor of 30.
void show_range(Plot& plot, const std::optional<Interval>& range);

/// A dot at each of few values.
SeriesStyle few_or_many(std::size_t count);

/// A curve over the iterations of a run; `y` takes their places in the record.
Series over_iterations(const Run& run, std::string label, const PlotOptions& options,
                       const ValueAt& y);
/// One curve of a run: training loss, smoothed, over iterations.
Series smoothed_loss(const Run& run, std::string label, const PlotOptions& options);
/// Validation loss at the last iteration of each epoch.
Series validation_loss(const Run& run, std::string label, const PlotOptions& options);
/// Metric `metric` of each epoch; over epochs, 1 the first.
Series metric_values(const Run& run, std::size_t metric, std::string label,
                     const PlotOptions& options);

}  // namespace onecycle
