#include "report/overlay.h"

#include <algorithm>
#include <utility>

#include "report/curves.h"

namespace onecycle {
namespace {

/// `plot` with one curve a run, as `curve` makes it. Nothing if none has a value.
template <class Curve>
std::vector<Plot> overlay(Plot plot, std::span<const Run> runs, bool scaled, const Curve& curve) {
  std::optional<Interval> range;
  for (const Run& run : runs) {
    Series series = curve(run);
    if (!finite_range(series.y)) {
      continue;
    }
    range = join_ranges(range, bulk_range(series.y));
    series.label = run.name;
    plot.series.push_back(std::move(series));
  }
  if (scaled) {
    show_range(plot, range);
  }
  return plot.series.empty() ? std::vector<Plot>() : std::vector<Plot>{std::move(plot)};
}

/// The curve that `plot_of` ends with; none without a plot.
Series last_curve(std::optional<Plot> plot) {
  return plot && !plot->series.empty() ? std::move(plot->series.back()) : Series{};
}

}  // namespace

std::vector<std::string> metrics_of(std::span<const Run> runs) {
  std::vector<std::string> names;
  for (const Run& run : runs) {
    for (const std::string& metric : run.metrics) {
      if (std::find(names.begin(), names.end(), metric) == names.end()) {
        names.push_back(metric);
      }
    }
  }
  return names;
}

std::vector<Plot> overlay_find(std::span<const Run> runs, const PlotOptions& options) {
  Plot plot = find_plot({}, options);
  plot.series.clear();
  std::vector<Plot> plots = overlay(std::move(plot), runs, /*scaled=*/false, [&](const Run& run) {
    return run.find ? last_curve(find_plot(*run.find, options)) : Series{};
  });
  for (const Run& run : runs) {
    if (run.find && !plots.empty()) {
      plots.front().y_range =
          join_ranges(plots.front().y_range, find_plot(*run.find, options).y_range);
    }
  }
  return plots;
}

std::vector<Plot> overlay_schedule(GroupField field, std::span<const Run> runs,
                                   const PlotOptions& options) {
  Plot plot;
  for (const Run& run : runs) {
    if (const auto one = schedule_plot(field, run.groups, run.values, options)) {
      plot = Plot{.title = one->title, .x_label = one->x_label, .y_label = one->y_label};
    }
  }
  return overlay(std::move(plot), runs, /*scaled=*/false, [&](const Run& run) {
    return last_curve(schedule_plot(field, run.groups, run.values, options));
  });
}

std::vector<Plot> overlay_loss(std::span<const Run> runs, const PlotOptions& options) {
  const auto plot = [](const char* title) {
    return Plot{.title = title, .x_label = "iteration", .y_label = "loss"};
  };
  std::vector<Plot> plots =
      overlay(plot("Validation loss"), runs, /*scaled=*/true,
              [&](const Run& run) { return validation_loss(run, {}, options); });
  for (Plot& each : overlay(plot("Training loss, smoothed"), runs, /*scaled=*/true,
                            [&](const Run& run) { return smoothed_loss(run, {}, options); })) {
    plots.push_back(std::move(each));
  }
  return plots;
}

std::vector<Plot> overlay_gradient(std::span<const Run> runs, const PlotOptions& options) {
  return overlay(Plot{.title = "Gradient norm before clipping",
                      .x_label = "iteration",
                      .y_label = "Euclidean norm"},
                 runs, /*scaled=*/true,
                 [&](const Run& run) { return last_curve(gradient_plot(run, options)); });
}

std::vector<Plot> overlay_metrics(std::span<const Run> runs, const PlotOptions& options) {
  std::vector<Plot> plots;
  for (const std::string& metric : metrics_of(runs)) {
    for (Plot& plot :
         overlay(Plot{.title = metric, .x_label = "epoch", .y_label = metric}, runs,
                 /*scaled=*/false, [&](const Run& run) {
                   const auto found = std::find(run.metrics.begin(), run.metrics.end(), metric);
                   return found == run.metrics.end()
                              ? Series{}
                              : metric_values(run,
                                              static_cast<std::size_t>(found - run.metrics.begin()),
                                              {}, options);
                 })) {
      plots.push_back(std::move(plot));
    }
  }
  return plots;
}

}  // namespace onecycle
