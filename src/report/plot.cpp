#include "onecycle/report/plot.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "onecycle/core/text.h"
#include "report/curves.h"

namespace onecycle {
namespace {

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

struct Hyper {
  const char* name;
  double GroupValues::*field;
};

Hyper hyper_of(GroupField field) {
  switch (field) {
    case GroupField::lr:
      return {"learning rate", &GroupValues::lr};
    case GroupField::momentum:
      return {"momentum", &GroupValues::momentum};
    case GroupField::weight_decay:
      break;
  }
  return {"weight decay", &GroupValues::weight_decay};
}

/// Whether there is something to see: a momentum, a weight decay that moves.
bool worth_drawing(GroupField field, std::size_t groups, std::span<const GroupValues> values) {
  switch (field) {
    case GroupField::lr:
      return true;
    case GroupField::momentum:
      // Not a number: a schedule that leaves momentum alone.
      return std::any_of(values.begin(), values.end(), [](const GroupValues& group) {
        return std::isfinite(group.momentum) && group.momentum != 0.0;
      });
    case GroupField::weight_decay:
      break;
  }
  for (std::size_t i = groups; i < values.size(); ++i) {
    if (values[i].weight_decay != values[i - groups].weight_decay) {
      return true;
    }
  }
  return false;
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

std::optional<Plot> schedule_plot(GroupField field, const std::vector<std::string>& groups,
                                  std::span<const GroupValues> values, const PlotOptions& options) {
  if (groups.empty() || values.empty() || !worth_drawing(field, groups.size(), values)) {
    return std::nullopt;
  }
  const Hyper hyper = hyper_of(field);
  Plot plot{.title = hyper.name, .x_label = "iteration", .y_label = hyper.name};
  plot.title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(*hyper.name)));
  const std::size_t count = values.size() / groups.size();
  const std::size_t curves = all_alike(values, groups.size(), hyper.field) ? 1 : groups.size();
  for (std::size_t g = 0; g < curves; ++g) {
    plot.series.push_back(thinned(
        curves < groups.size() ? "all groups" : groups[g], count, options,
        [](std::size_t i) { return static_cast<double>(i); },
        [&, g](std::size_t i) { return values[i * groups.size() + g].*hyper.field; }));
  }
  return plot;
}

std::vector<Plot> schedule_plots(const std::vector<std::string>& groups,
                                 std::span<const GroupValues> values, const PlotOptions& options) {
  std::vector<Plot> plots;
  for (const GroupField field : {GroupField::lr, GroupField::momentum, GroupField::weight_decay}) {
    if (auto plot = schedule_plot(field, groups, values, options)) {
      plots.push_back(std::move(*plot));
    }
  }
  return plots;
}

Plot loss_plot(const Run& run, const PlotOptions& options) {
  Plot plot{.title = "Loss", .x_label = "iteration", .y_label = "loss"};
  const auto& records = run.iterations;
  std::optional<Interval> shown;
  if (!records.empty()) {
    plot.series.push_back(over_iterations(run, "training, raw", options,
                                          [&](std::size_t i) { return records[i].loss; }));
    plot.series.back().style = SeriesStyle::raw;
    shown = bulk_range(plot.series.back().y);
    plot.series.push_back(smoothed_loss(run, "training, smoothed", options));
    shown = join_ranges(shown, bulk_range(plot.series.back().y));
  }
  Series valid = validation_loss(run, "validation", options);
  if (const auto range = finite_range(valid.y)) {
    plot.series.push_back(std::move(valid));
    shown = join_ranges(shown, range);
  }
  show_range(plot, shown);
  return plot;
}

std::optional<Plot> gradient_plot(const Run& run, const PlotOptions& options) {
  const auto& records = run.iterations;
  Plot plot{.title = "Gradient norm before clipping",
            .x_label = "iteration",
            .y_label = "Euclidean norm"};
  plot.series.push_back(over_iterations(run, "gradient norm", options, [&](std::size_t i) {
    return records[i].grad_norm.value_or(std::numeric_limits<double>::quiet_NaN());
  }));
  const auto range = bulk_range(plot.series.back().y);
  show_range(plot, range);
  return range ? std::optional(std::move(plot)) : std::nullopt;
}

Plot metrics_plot(const Run& run, const PlotOptions& options) {
  Plot plot{.title = "Metrics", .x_label = "epoch", .y_label = "value"};
  for (std::size_t m = 0; m < run.metrics.size(); ++m) {
    plot.series.push_back(metric_values(run, m, run.metrics[m], options));
  }
  return plot;
}

}  // namespace onecycle
