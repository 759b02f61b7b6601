// The list of all that can be drawn of a run, and of several runs over one another.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/report/plot.h"

namespace onecycle {

/// One kind of picture. Its functions give no plots where the runs hold nothing of that kind.
struct PlotKind {
  std::string_view name;  ///< `find`, `lr`, `momentum`, `weight_decay`, `loss`, `grad_norm`, ...
  std::string_view what;  ///< in words
  std::vector<Plot> (*of_run)(const Run& run, const PlotOptions& options);
  /// One curve a run, labelled with its name; of several groups the last.
  std::vector<Plot> (*of_runs)(std::span<const Run> runs, const PlotOptions& options);
};

/// All of them, in the order in which a report shows them.
std::span<const PlotKind> plot_kinds();

/// Parses names with commas between them, as in `find,loss`; `all` is every kind. Throws a usage
/// error, which lists the names.
std::vector<PlotKind> parse_plot_kinds(std::string_view text);

/// The plots of every kind that there is for `run`.
std::vector<Plot> run_plots(const Run& run, const PlotOptions& options = {});

/// The same for several runs over one another.
std::vector<Plot> comparison_plots(std::span<const Run> runs, const PlotOptions& options = {});

}  // namespace onecycle
