#include "report/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "onecycle/report/downsample.h"

namespace onecycle {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

bool wants_log(const Interval& range) {
  constexpr double kFactor = 30.0;
  return range.low > 0.0 && range.high > kFactor * range.low;
}

}  // namespace

Series thinned(std::string label, std::size_t count, const PlotOptions& options, const ValueAt& x,
               const ValueAt& y) {
  Series series{std::move(label), {}, {}, SeriesStyle::line};
  for (const std::size_t index : keep_extremes(count, options.points, y)) {
    series.x.push_back(x(index));
    series.y.push_back(y(index));
  }
  return series;
}

std::optional<Interval> finite_range(std::span<const double> values) {
  std::optional<Interval> range;
  for (const double value : values) {
    if (std::isfinite(value)) {
      range = range ? Interval{std::min(range->low, value), std::max(range->high, value)}
                    : Interval{value, value};
    }
  }
  return range;
}

std::optional<Interval> join_ranges(const std::optional<Interval>& a,
                                    const std::optional<Interval>& b) {
  if (!a || !b) {
    return a ? a : b;
  }
  return Interval{std::min(a->low, b->low), std::max(a->high, b->high)};
}

std::optional<Interval> bulk_range(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const std::size_t last = values.size() - 1;
  return Interval{values[last / 100], values[last - last / 100]};
}

void show_range(Plot& plot, const std::optional<Interval>& range) {
  if (!range) {
    return;
  }
  plot.log_y = wants_log(*range);
  const double margin = 0.05 * (range->high - range->low);
  plot.y_range = plot.log_y ? Interval{range->low / 1.2, range->high * 1.2}
                            : Interval{range->low - margin, range->high + margin};
}

SeriesStyle few_or_many(std::size_t count) {
  constexpr std::size_t kFew = 60;
  return count <= kFew ? SeriesStyle::dots : SeriesStyle::line;
}

Series over_iterations(const Run& run, std::string label, const PlotOptions& options,
                       const ValueAt& y) {
  const auto iteration = [&](std::size_t i) {
    return static_cast<double>(run.iterations[i].iteration);
  };
  return thinned(std::move(label), run.iterations.size(), options, iteration, y);
}

Series smoothed_loss(const Run& run, std::string label, const PlotOptions& options) {
  return over_iterations(run, std::move(label), options,
                         [&](std::size_t i) { return run.iterations[i].smoothed; });
}

Series validation_loss(const Run& run, std::string label, const PlotOptions& options) {
  // The last iteration of an epoch is one less than the number of updates made by then.
  Series series = thinned(
      std::move(label), run.epochs.size(), options,
      [&](std::size_t i) { return static_cast<double>(run.epochs[i].iterations - 1); },
      [&](std::size_t i) { return run.epochs[i].valid_loss.value_or(kNothing); });
  series.style = few_or_many(series.x.size());
  return series;
}

Series metric_values(const Run& run, std::size_t metric, std::string label,
                     const PlotOptions& options) {
  Series series = thinned(
      std::move(label), run.epochs.size(), options,
      [&](std::size_t i) { return static_cast<double>(run.epochs[i].epoch + 1); },
      [&](std::size_t i) {
        const auto& metrics = run.epochs[i].metrics;
        return metric < metrics.size() ? metrics[metric] : kNothing;
      });
  series.style = few_or_many(run.epochs.size());
  return series;
}

}  // namespace onecycle
