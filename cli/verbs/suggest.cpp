#include "flags/sweep_flags.h"
#include "onecycle/core/error.h"
#include "onecycle/finder/curve_io.h"
#include "onecycle/report/render.h"
#include "onecycle/report/summary.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct SuggestFlags {
  std::string file;
  std::string rules = "all";
  CurveColumns columns;
  std::string plot;
  OutputFlags output;
};

CommandLine suggest_command_line(SuggestFlags& flags) {
  CommandLine line("suggest",
                   "Reads learning rates off a finder's curve by every rule: one of ours, or a\n"
                   "history of fastai, Lightning or torch-lr-finder saved as CSV.",
                   "  onecycle suggest runs/digits-mlp-001/find.csv\n"
                   "  onecycle suggest history.csv --plot curve.svg\n"
                   "  With --json: {\"valley\": 0.0012, ..., \"steep\": null, "
                   "\"why\": {\"steep\": \"...\"}}");
  line.operand({.name = "curve", .label = "CURVE.csv", .help = "a table", .saved = false},
               &flags.file);
  line.option({.name = "rule", .label = "A,B", .help = "only these rules", .saved = false},
              &flags.rules);
  line.option({.name = "lr",
               .label = "COLUMN",
               .help = "the column of rates",
               .default_note = "lr, lrs or learning_rate",
               .saved = false},
              &flags.columns.lr);
  line.option({.name = "loss",
               .label = "COLUMN",
               .help = "the column of losses",
               .default_note = "smoothed if there is one, else loss, losses or train_loss",
               .saved = false},
              &flags.columns.loss);
  line.option(
      {.name = "plot", .label = "FILE", .help = "draw into FILE.svg or FILE.png", .saved = false},
      &flags.plot);
  add_output_flags(line, flags.output);
  return line;
}

int run_suggest(const Arguments& arguments) {
  SuggestFlags flags;
  if (!suggest_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(!flags.file.empty(), ErrorKind::usage,
          "expected a CSV file with the columns lr and loss; see onecycle suggest --help");
  const auto wanted = parse_rules(flags.rules);
  check_picture(flags.plot);
  FindRecord find = read_record(flags.file, flags.columns);
  find.suggestions = suggest(find, wanted);
  if (!flags.plot.empty()) {
    render({find_plot(find)}, flags.plot);
  }
  if (flags.output.json) {
    Json out = rates_by_rule(find.suggestions);
    out["why"] = reasons_by_rule(find.suggestions);
    print_json(out);
    return 0;
  }
  if (!flags.output.quiet) {
    print_curve(find);
  }
  print(rules_table(find));
  return 0;
}

}  // namespace

Verb suggest_verb() {
  return {.name = "suggest",
          .brief = "read a rate off a finder's curve in a CSV file",
          .describe = [] { return spec_of(suggest_command_line); },
          .run = run_suggest};
}

}  // namespace onecycle::cli
