// What to draw, as plain data: the pictures of a run that the HTML page, image files and the
// terminal have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "onecycle/record/run.h"

namespace onecycle {

enum class SeriesStyle {
  line,  ///< the curve that matters
  raw,   ///< the noisy numbers behind a smoothed curve: drawn faintly, can be switched
  dots   ///< a line with a dot at every value, for few values
};

/// One curve. `x` and `y` are equally long; values that are not finite interrupt it. `low` and
/// `high` are as long or empty: a band around the curve, faintly filled.
struct Series {
  std::string label;
  std::vector<double> x;
  std::vector<double> y;
  SeriesStyle style = SeriesStyle::line;
  std::vector<double> low = {};
  std::vector<double> high = {};
};

/// One labelled point that deserves attention.
struct Mark {
  std::string label;
  double x = 0.0;
  double y = 0.0;
};

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// One picture: curves over a common axis.
struct Plot {
  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
  bool log_x = false;
  bool log_y = false;
  std::optional<Interval> y_range = {};  ///< what to show; everything if not given
  std::vector<Series> series = {};
  std::vector<Mark> marks = {};
};

struct PlotOptions {
  std::size_t points = 2000;  ///< values a curve may keep, at least; see `keep_extremes`
};

/// Loss against learning rate (logarithmic), raw (if known) and smoothed, each suggested rate
/// marked once on the smoothed curve, by all rules that suggest it. `y_range` shows the descent and
/// the start of the rise: a loss that explodes leaves the picture at the top.
Plot find_plot(const FindRecord& find, const PlotOptions& options = {});

/// What a schedule moves.
enum class GroupField { lr, momentum, weight_decay };

/// A hyper-parameter over iterations: one curve a group, or one for all where they never differ.
/// Nothing without values, for momentum if no group has one, and for weight decay if it never
/// changes. `values` holds `groups.size()` entries an iteration.
std::optional<Plot> schedule_plot(GroupField field, const std::vector<std::string>& groups,
                                  std::span<const GroupValues> values,
                                  const PlotOptions& options = {});

/// All of those that there are: learning rate, momentum, weight decay.
std::vector<Plot> schedule_plots(const std::vector<std::string>& groups,
                                 std::span<const GroupValues> values,
                                 const PlotOptions& options = {});

/// Training loss over iterations, raw and smoothed, and validation loss at the end of each epoch.
/// The loss axis is logarithmic when all losses are positive and span more than a factor of 30.
Plot loss_plot(const Run& run, const PlotOptions& options = {});

/// The norm of the whole gradient over iterations; nothing if it was not measured, as without
/// clipping.
std::optional<Plot> gradient_plot(const Run& run, const PlotOptions& options = {});

/// Each metric over epochs (1 is the end of the first).
Plot metrics_plot(const Run& run, const PlotOptions& options = {});

}  // namespace onecycle
