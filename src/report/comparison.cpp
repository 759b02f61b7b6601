#include "onecycle/report/comparison.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/report/plot_kinds.h"
#include "onecycle/report/summary.h"
#include "report/overlay.h"
#include "report/page.h"

namespace onecycle {
namespace {

std::string cell(const std::optional<double>& value) { return value ? format_cell(*value) : "-"; }

/// The metric `name` of `run` after `epoch`.
std::string metric_cell(const Run& run, const std::string& name, const EpochRecord* epoch) {
  const auto found = std::find(run.metrics.begin(), run.metrics.end(), name);
  const auto place = static_cast<std::size_t>(found - run.metrics.begin());
  return epoch != nullptr && found != run.metrics.end() && place < epoch->metrics.size()
             ? format_cell(epoch->metrics[place])
             : "-";
}

std::vector<std::string> row_of(const Run& run, const std::vector<std::string>& metrics) {
  const auto best = best_epoch(run);
  const EpochRecord* best_record = best ? &run.epochs[*best] : nullptr;
  const EpochRecord* last = run.epochs.empty() ? nullptr : &run.epochs.back();
  std::vector<std::string> row{run.name,
                               std::to_string(run.epochs.size()),
                               format_count(static_cast<long long>(run.iterations.size())),
                               format_duration(total_seconds(run)),
                               run.values.empty() ? "-" : format_brief(highest_rate(run)),
                               best_record ? cell(best_record->valid_loss) : "-",
                               best_record ? std::to_string(best_record->epoch + 1) : "-",
                               last != nullptr ? cell(last->valid_loss) : "-"};
  for (const std::string& metric : metrics) {
    row.push_back(metric_cell(run, metric, best_record));
    row.push_back(metric_cell(run, metric, last));
  }
  row.push_back(run.end.empty() ? "-" : run.end);
  return row;
}

const std::string* setting_of(const Run& run, const std::string& name) {
  const auto found = std::find_if(run.settings.begin(), run.settings.end(),
                                  [&](const Fact& fact) { return fact.name == name; });
  return found == run.settings.end() ? nullptr : &found->value;
}

/// Each name once, in the order in which they first appear.
std::vector<std::string> setting_names(std::span<const Run> runs) {
  std::vector<std::string> names;
  for (const Run& run : runs) {
    for (const Fact& fact : run.settings) {
      if (std::find(names.begin(), names.end(), fact.name) == names.end()) {
        names.push_back(fact.name);
      }
    }
  }
  return names;
}

bool same_data(std::span<const Run> runs) {
  return std::all_of(runs.begin(), runs.end(), [&](const Run& run) {
    const std::string* data = setting_of(run, "data");
    const std::string* first = setting_of(runs.front(), "data");
    return data != nullptr && first != nullptr && *data == *first;
  });
}

/// The run with the lowest validation loss of all; none if they cannot be compared.
const Run* best_run(std::span<const Run> runs) {
  const Run* best = nullptr;
  double lowest = 0.0;
  for (const Run& run : runs) {
    const auto epoch = best_epoch(run);
    if (epoch && (best == nullptr || *run.epochs[*epoch].valid_loss < lowest)) {
      best = &run;
      lowest = *run.epochs[*epoch].valid_loss;
    }
  }
  return same_data(runs) ? best : nullptr;
}

}  // namespace

Table runs_table(std::span<const Run> runs) {
  const std::vector<std::string> metrics = metrics_of(runs);
  Table table{{"run", "epochs", "iterations", "time", "highest rate", "best valid loss", "at epoch",
               "last valid loss"},
              {}};
  for (const std::string& metric : metrics) {
    table.header.push_back(metric + " then");
    table.header.push_back("last " + metric);
  }
  table.header.emplace_back("end");
  for (const Run& run : runs) {
    table.rows.push_back(row_of(run, metrics));
  }
  return table;
}

Table differences_table(std::span<const Run> runs) {
  Table table{{"setting"}, {}};
  for (const Run& run : runs) {
    table.header.push_back(run.name);
  }
  for (const std::string& name : setting_names(runs)) {
    std::vector<std::string> row{name};
    for (const Run& run : runs) {
      const std::string* value = setting_of(run, name);
      row.push_back(value != nullptr ? *value : "-");
    }
    if (std::adjacent_find(row.begin() + 1, row.end(), std::not_equal_to<>()) != row.end()) {
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

std::string describe(std::span<const Run> runs) {
  const Run* best = best_run(runs);
  if (best == nullptr) {
    return {};
  }
  const EpochRecord& epoch = best->epochs[*best_epoch(*best)];
  return cat("The lowest validation loss of ", runs.size(), " runs is that of ", best->name,
             ", after epoch ", epoch.epoch + 1, ": ", format_cell(*epoch.valid_loss), ".");
}

std::string comparison_html(std::span<const Run> runs) {
  Page page;
  page.title = cat(runs.size(), " runs side by side");
  page.summary = describe(runs);
  const Run* best = best_run(runs);
  page.body = cat(
      "<section><h2>Results</h2>\n",
      table_html(runs_table(runs),
                 best != nullptr ? "Runs; that with the lowest validation loss stands out" : "Runs",
                 best != nullptr ? best->name : ""),
      "</section>\n<section><h2>Settings that differ</h2>\n",
      table_html(differences_table(runs), "Settings that differ"),
      "</section>\n<section><h2>Curves</h2>\n");
  constexpr std::size_t kCurvesOfARun = 6;
  for (Plot& plot : comparison_plots(runs, page_plot_options(kCurvesOfARun * runs.size()))) {
    page.body += page.picture(std::move(plot));
  }
  page.body += "</section>\n";
  return page.html();
}

void write_comparison(std::span<const Run> runs, const std::filesystem::path& path) {
  write_file(path, comparison_html(runs));
}

}  // namespace onecycle
