#include "onecycle/report/plot.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <limits>

#include "onecycle/core/text.h"
#include "onecycle/report/downsample.h"

namespace onecycle {
namespace {

using ValueAt = std::function<double(std::size_t)>;

Series thinned(std::string label, std::size_t count, const PlotOptions& options, const ValueAt& x,
               const ValueAt& y) {
  Series series{std::move(label), {}, {}, SeriesStyle::line};
  for (const std::size_t index : keep_extremes(count, options.points, y)) {
    series.x.push_back(x(index));
    series.y.push_back(y(index));
  }
  return series;
}

/// Smallest and largest finite value; nothing if there is none.
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

/// The descent to the lowest loss, and as much of the rise after it as half that descent.
std::optional<Interval> descent_range(std::span<const double> smoothed) {
  const auto all = finite_range(smoothed);
  if (!all) {
    return std::nullopt;
  }
  const auto lowest = std::find(smoothed.begin(), smoothed.end(), all->low);
  const auto before = finite_range(std::span(smoothed.begin(), lowest + 1));
  const double descent = before->high - before->low;
  const Interval range{all->low - 0.12 * descent,
                       std::min(all->high, before->high + 0.4 * descent) + 0.08 * descent};
  const auto hidden = std::count_if(smoothed.begin(), smoothed.end(),
                                    [&](double loss) { return loss > range.high; });
  // Where most of it would be hidden the curve rises: there is no descent to protect.
  const bool rises = descent <= 0.0 || 2 * static_cast<std::size_t>(hidden) > smoothed.size();
  const bool countable = std::isfinite(range.low) && std::isfinite(range.high);
  return rises || !countable ? std::nullopt : std::optional(range);
}

/// The smoothed loss at `lr`, straight between the two rates around it on the logarithmic axis.
double loss_at(const FindRecord& find, double lr) {
  const auto above = std::lower_bound(find.lr.begin(), find.lr.end(), lr);
  if (above == find.lr.begin() || above == find.lr.end()) {
    return above == find.lr.end() ? find.smoothed.back() : find.smoothed.front();
  }
  const auto i = static_cast<std::size_t>(above - find.lr.begin());
  if (*above == lr || find.lr[i - 1] <= 0.0) {
    return find.smoothed[i];
  }
  const double left = std::log(find.lr[i - 1]);
  const double part = (std::log(lr) - left) / (std::log(*above) - left);
  return (1.0 - part) * find.smoothed[i - 1] + part * find.smoothed[i];
}

/// One mark for each rate, with the names of all rules that suggest it.
std::vector<Mark> suggestion_marks(const FindRecord& find) {
  std::vector<Mark> marks;
  for (const Suggestion& suggestion : find.suggestions) {
    if (!suggestion.lr || *suggestion.lr <= 0.0 || find.lr.empty()) {
      continue;
    }
    const auto same = std::find_if(marks.begin(), marks.end(),
                                   [&](const Mark& mark) { return mark.x == *suggestion.lr; });
    if (same == marks.end()) {
      marks.push_back({suggestion.rule, *suggestion.lr, loss_at(find, *suggestion.lr)});
    } else {
      same->label += cat(", ", suggestion.rule);
    }
  }
  for (Mark& mark : marks) {
    mark.label += cat(" ", format_brief(mark.x));
  }
  return marks;
}

bool wants_log(const std::optional<Interval>& range) {
  constexpr double kFactor = 30.0;
  return range && range->low > 0.0 && range->high > kFactor * range->low;
}

/// What of `values` most would call normal: a few wild ones do not set the scale.
std::optional<Interval> bulk_range(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const std::size_t last = values.size() - 1;
  return Interval{values[last / 100], values[last - last / 100]};
}

/// Whether all groups of an iteration have the same value, in every iteration.
bool all_alike(std::span<const GroupValues> values, std::size_t groups,
               double GroupValues::*field) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].*field != values[i - i % groups].*field) {
      return false;
    }
  }
  return true;
}

Plot group_plot(const std::string& what, const std::vector<std::string>& groups,
                std::span<const GroupValues> values, double GroupValues::*field,
                const PlotOptions& options) {
  Plot plot{.title = what, .x_label = "iteration", .y_label = what};
  plot.title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(what.front())));
  const std::size_t count = values.size() / groups.size();
  const std::size_t curves = all_alike(values, groups.size(), field) ? 1 : groups.size();
  for (std::size_t g = 0; g < curves; ++g) {
    plot.series.push_back(thinned(
        curves < groups.size() ? "all groups" : groups[g], count, options,
        [](std::size_t i) { return static_cast<double>(i); },
        [&, g](std::size_t i) { return values[i * groups.size() + g].*field; }));
  }
  return plot;
}

SeriesStyle few_or_many(std::size_t count) {
  constexpr std::size_t kFew = 60;
  return count <= kFew ? SeriesStyle::dots : SeriesStyle::line;
}

}  // namespace

Plot find_plot(const FindRecord& find, const PlotOptions& options) {
  Plot plot{.title = "Loss against learning rate",
            .x_label = "learning rate",
            .y_label = "loss",
            .log_x = true,
            .y_range = descent_range(find.smoothed)};
  const auto rate = [&](std::size_t i) { return find.lr[i]; };
  const bool has_raw = find.loss.size() == find.lr.size();
  if (has_raw) {
    plot.series.push_back(
        thinned("raw", find.lr.size(), options, rate, [&](std::size_t i) { return find.loss[i]; }));
    plot.series.back().style = SeriesStyle::raw;
  }
  plot.series.push_back(thinned(has_raw ? "smoothed" : "loss", find.lr.size(), options, rate,
                                [&](std::size_t i) { return find.smoothed[i]; }));
  plot.marks = suggestion_marks(find);
  return plot;
}

std::vector<Plot> schedule_plots(const std::vector<std::string>& groups,
                                 std::span<const GroupValues> values, const PlotOptions& options) {
  if (groups.empty() || values.empty()) {
    return {};
  }
  std::vector<Plot> plots;
  plots.push_back(group_plot("learning rate", groups, values, &GroupValues::lr, options));
  // Not a number: a schedule that leaves momentum alone.
  const auto has_momentum = [](const GroupValues& group) {
    return std::isfinite(group.momentum) && group.momentum != 0.0;
  };
  if (std::any_of(values.begin(), values.end(), has_momentum)) {
    plots.push_back(group_plot("momentum", groups, values, &GroupValues::momentum, options));
  }
  for (std::size_t i = groups.size(); i < values.size(); ++i) {
    if (values[i].weight_decay != values[i - groups.size()].weight_decay) {
      plots.push_back(
          group_plot("weight decay", groups, values, &GroupValues::weight_decay, options));
      break;
    }
  }
  return plots;
}

Plot loss_plot(const Run& run, const PlotOptions& options) {
  Plot plot{.title = "Loss", .x_label = "iteration", .y_label = "loss"};
  const auto& records = run.iterations;
  const auto iteration = [&](std::size_t i) { return static_cast<double>(records[i].iteration); };
  std::optional<Interval> shown;
  if (!records.empty()) {
    plot.series.push_back(thinned("training, raw", records.size(), options, iteration,
                                  [&](std::size_t i) { return records[i].loss; }));
    plot.series.back().style = SeriesStyle::raw;
    shown = bulk_range(plot.series.back().y);
    plot.series.push_back(thinned("training, smoothed", records.size(), options, iteration,
                                  [&](std::size_t i) { return records[i].smoothed; }));
    shown = join_ranges(shown, bulk_range(plot.series.back().y));
  }
  const auto valid_loss = [&](std::size_t i) {
    return run.epochs[i].valid_loss.value_or(std::numeric_limits<double>::quiet_NaN());
  };
  // The last iteration of an epoch is one less than the number of updates made by then.
  Series valid = thinned(
      "validation", run.epochs.size(), options,
      [&](std::size_t i) { return static_cast<double>(run.epochs[i].iterations - 1); }, valid_loss);
  if (const auto range = finite_range(valid.y)) {
    valid.style = few_or_many(valid.x.size());
    plot.series.push_back(std::move(valid));
    shown = join_ranges(shown, range);
  }
  plot.log_y = wants_log(shown);
  if (shown) {
    const double margin = 0.05 * (shown->high - shown->low);
    plot.y_range = plot.log_y ? Interval{shown->low / 1.2, shown->high * 1.2}
                              : Interval{shown->low - margin, shown->high + margin};
  }
  return plot;
}

Plot metrics_plot(const Run& run, const PlotOptions& options) {
  Plot plot{.title = "Metrics", .x_label = "epoch", .y_label = "value"};
  for (std::size_t m = 0; m < run.metrics.size(); ++m) {
    plot.series.push_back(thinned(
        run.metrics[m], run.epochs.size(), options,
        [&](std::size_t i) { return static_cast<double>(run.epochs[i].epoch + 1); },
        [&, m](std::size_t i) {
          const auto& metrics = run.epochs[i].metrics;
          return m < metrics.size() ? metrics[m] : std::numeric_limits<double>::quiet_NaN();
        }));
    plot.series.back().style = few_or_many(run.epochs.size());
  }
  return plot;
}

std::vector<Plot> run_plots(const Run& run, const PlotOptions& options) {
  std::vector<Plot> plots;
  if (run.find && !run.find->lr.empty()) {
    plots.push_back(find_plot(*run.find, options));
  }
  for (auto& plot : schedule_plots(run.groups, run.values, options)) {
    plots.push_back(std::move(plot));
  }
  if (!run.iterations.empty() || !run.epochs.empty()) {
    plots.push_back(loss_plot(run, options));
  }
  if (!run.metrics.empty() && !run.epochs.empty()) {
    plots.push_back(metrics_plot(run, options));
  }
  return plots;
}

}  // namespace onecycle
