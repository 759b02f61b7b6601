#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/report/plot_kinds.h"
#include "onecycle/report/render.h"
#include "program/output.h"
#include "program/runs.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

std::string kinds_text() {
  std::string text = "  What can be drawn:\n";
  for (const PlotKind& kind : plot_kinds()) {
    text += cat("  ", kind.name, std::string(14 - kind.name.size(), ' '), kind.what, "\n");
  }
  return text;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const PlotKind& kind : plot_kinds()) {
    names.emplace_back(kind.name);
  }
  return names;
}

struct PlotFlags {
  Arguments runs;
  std::string what = "all";
  std::string out;
};

CommandLine plot_command_line(PlotFlags& flags) {
  CommandLine line(
      "plot", "Draws a run, or several over one another: here, or into an SVG or PNG file.",
      cat("  onecycle plot runs/digits-mlp-001\n"
          "  onecycle plot digits-mlp-001 digits-mlp-002 --what loss,metrics --out x.svg\n",
          kinds_text()));
  add_run_operands(line, flags.runs);
  line.option({.name = "what",
               .label = "A,B",
               .help = "only these plots",
               .saved = false,
               .choices = kind_names()},
              &flags.what);
  line.option(
      {.name = "out", .label = "FILE", .help = "draw into FILE.svg or FILE.png", .saved = false},
      &flags.out);
  return line;
}

int run_plot(const Arguments& arguments) {
  PlotFlags flags;
  if (!plot_command_line(flags).parse(arguments)) {
    return 0;
  }
  const auto& [names, what, out] = flags;
  require(!names.empty(), ErrorKind::usage, "expected folders of runs; see onecycle plot --help");
  const std::vector<PlotKind> kinds = parse_plot_kinds(what);
  check_picture(out, "--out");
  const std::vector<Run> runs = read_runs(names);
  std::vector<Plot> plots;
  for (const PlotKind& kind : kinds) {
    std::vector<Plot> more =
        runs.size() == 1 ? kind.of_run(runs.front(), {}) : kind.of_runs(runs, {});
    // What was asked for by name must not be missing in silence.
    require(!more.empty() || what == "all", ErrorKind::data, join(names, ", "), ": expected ",
            kind.name, " (", kind.what, "), got a record without it");
    plots.insert(plots.end(), more.begin(), more.end());
  }
  require(!plots.empty(), ErrorKind::data, join(names, ", "),
          ": expected something to draw, got an empty record");
  if (out.empty()) {
    print(render_terminal(plots, terminal_of(stdout)));
  } else {
    render(plots, out);
    print(cat("Plots: ", out, "\n"));
  }
  return 0;
}

}  // namespace

Verb plot_verb() {
  return {.name = "plot",
          .brief = "draw a run, or several over one another",
          .describe = [] { return spec_of(plot_command_line); },
          .run = run_plot};
}

}  // namespace onecycle::cli
