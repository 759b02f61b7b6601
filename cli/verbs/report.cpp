#include <filesystem>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/report/comparison.h"
#include "onecycle/report/html.h"
#include "onecycle/report/summary.h"
#include "program/output.h"
#include "program/runs.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

/// One object a row: column -> cell.
Json json_of(const Table& table) {
  Json rows = Json::array();
  for (const auto& cells : table.rows) {
    Json row = Json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row[table.header[i]] = cells[i];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json epoch_json(const Run& run, const EpochRecord& epoch) {
  Json json{{"epoch", epoch.epoch + 1},
            {"train_loss", epoch.train_loss},
            {"valid_loss", epoch.valid_loss ? Json(*epoch.valid_loss) : Json()}};
  for (std::size_t m = 0; m < std::min(run.metrics.size(), epoch.metrics.size()); ++m) {
    json[run.metrics[m]] = epoch.metrics[m];
  }
  return json;
}

Json json_of(const std::vector<Run>& runs) {
  Json all = Json::array();
  for (const Run& run : runs) {
    const auto best = best_epoch(run);
    all.push_back({{"run", run.name},
                   {"end", run.end},
                   {"epochs", run.epochs.size()},
                   {"iterations", run.iterations.size()},
                   {"seconds", total_seconds(run)},
                   {"highest_lr", run.values.empty() ? Json() : Json(highest_rate(run))},
                   {"best", best ? epoch_json(run, run.epochs[*best]) : Json()},
                   {"last", run.epochs.empty() ? Json() : epoch_json(run, run.epochs.back())}});
  }
  return all;
}

struct ReportFlags {
  Arguments runs;
  std::optional<std::string> out;
  OutputFlags output;
};

void report_one(const ReportFlags& flags) {
  const std::vector<Run> runs = read_runs(flags.runs);
  const fs::path out = flags.out.value_or(run_folder(flags.runs.front()) / "report.html");
  write_report(runs.front(), out);
  if (flags.output.json) {
    print_json({{"runs", json_of(runs)}, {"report", out.native()}});
  } else {
    print_prose(flags.output.quiet ? "" : describe(runs.front()) + "\n");
    print(cat("Report: ", out.native(), "\n"));
  }
}

void report_several(const ReportFlags& flags) {
  const std::vector<Run> runs = read_runs(flags.runs);
  const fs::path out = flags.out.value_or("comparison.html");
  const Table differences = differences_table(runs);
  write_comparison(runs, out);
  if (flags.output.json) {
    print_json(
        {{"runs", json_of(runs)}, {"differences", json_of(differences)}, {"report", out.native()}});
    return;
  }
  if (!flags.output.quiet) {
    print(runs_table(runs));
    print("\n");
    if (!differences.rows.empty()) {
      print(differences);
      print("\n");
    }
    if (const std::string text = describe(std::span(runs)); !text.empty()) {
      print_prose(text + "\n");
    }
  }
  print(cat("Report: ", out.native(), "\n"));
}

CommandLine report_command_line(ReportFlags& flags) {
  CommandLine line(
      "report",
      "Makes a page of runs: of one its report anew, of several one in which they stand\n"
      "side by side.",
      "  onecycle report runs/digits-mlp-001\n"
      "  onecycle report digits-mlp-001 digits-mlp-002 --out both.html");
  add_run_operands(line, flags.runs);
  line.option({.name = "out",
               .label = "FILE",
               .help = "where the page goes",
               .default_note = "report.html of the run, comparison.html for several",
               .saved = false},
              &flags.out);
  add_output_flags(line, flags.output);
  return line;
}

int run_report(const Arguments& arguments) {
  ReportFlags flags;
  if (!report_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(!flags.runs.empty(), ErrorKind::usage,
          "expected folders of runs; see onecycle report --help");
  (flags.runs.size() == 1 ? report_one : report_several)(flags);
  return 0;
}

}  // namespace

Verb report_verb() {
  return {.name = "report",
          .brief = "make a page of a run, or of several side by side",
          .describe = [] { return spec_of(report_command_line); },
          .run = run_report};
}

}  // namespace onecycle::cli
