#include "onecycle/report/plot_kinds.h"

#include <algorithm>
#include <array>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "report/overlay.h"

namespace onecycle {
namespace {

using Plots = std::vector<Plot>;
using Runs = std::span<const Run>;

Plots one_or_none(std::optional<Plot> plot) { return plot ? Plots{std::move(*plot)} : Plots{}; }

template <GroupField field>
constexpr PlotKind schedule_kind(std::string_view name, std::string_view what) {
  return {
      name, what,
      [](const Run& run, const PlotOptions& options) {
        return one_or_none(schedule_plot(field, run.groups, run.values, options));
      },
      [](Runs runs, const PlotOptions& options) { return overlay_schedule(field, runs, options); }};
}

constexpr std::array kKinds = {
    PlotKind{"find", "loss against learning rate, as the finder saw it",
             [](const Run& run, const PlotOptions& options) {
               return run.find && !run.find->lr.empty() ? Plots{find_plot(*run.find, options)}
                                                        : Plots{};
             },
             overlay_find},
    schedule_kind<GroupField::lr>("lr", "learning rate of each group"),
    schedule_kind<GroupField::momentum>("momentum", "momentum of each group"),
    schedule_kind<GroupField::weight_decay>("weight_decay", "weight decay, where it moves"),
    PlotKind{"loss", "training and validation loss",
             [](const Run& run, const PlotOptions& options) {
               return run.iterations.empty() && run.epochs.empty() ? Plots{}
                                                                   : Plots{loss_plot(run, options)};
             },
             overlay_loss},
    PlotKind{"grad_norm", "norm of the gradient, where it was measured",
             [](const Run& run, const PlotOptions& options) {
               return one_or_none(gradient_plot(run, options));
             },
             overlay_gradient},
    PlotKind{"metrics", "each metric",
             [](const Run& run, const PlotOptions& options) {
               return run.metrics.empty() || run.epochs.empty() ? Plots{}
                                                                : Plots{metrics_plot(run, options)};
             },
             overlay_metrics},
};

void add_all(Plots& plots, Plots more) {
  std::move(more.begin(), more.end(), std::back_inserter(plots));
}

}  // namespace

std::span<const PlotKind> plot_kinds() { return kKinds; }

std::vector<PlotKind> parse_plot_kinds(std::string_view text) {
  std::vector<PlotKind> kinds;
  for (const std::string& name : split(text, ',')) {
    const auto* const found = std::find_if(kKinds.begin(), kKinds.end(), [&](const PlotKind& kind) {
      return kind.name == trim(name);
    });
    if (found != kKinds.end()) {
      kinds.push_back(*found);
      continue;
    }
    std::vector<std::string> names{"all"};
    for (const PlotKind& kind : kKinds) {
      names.emplace_back(kind.name);
    }
    require(trim(name) == "all", ErrorKind::usage, "expected plots of ", join(names, ", "),
            ", got '", trim(name), "'", suggest_name(trim(name), names));
    kinds.insert(kinds.end(), kKinds.begin(), kKinds.end());
  }
  return kinds;
}

Plots run_plots(const Run& run, const PlotOptions& options) {
  Plots plots;
  for (const PlotKind& kind : kKinds) {
    add_all(plots, kind.of_run(run, options));
  }
  return plots;
}

Plots comparison_plots(Runs runs, const PlotOptions& options) {
  Plots plots;
  for (const PlotKind& kind : kKinds) {
    add_all(plots, kind.of_runs(runs, options));
  }
  return plots;
}

}  // namespace onecycle
