#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/finder/curve_io.h"
#include "onecycle/report/summary.h"
#include "output.h"
#include "verbs.h"

namespace onecycle::cli {

std::vector<std::string> parse_rules(const std::string& text) {
  std::vector<std::string> rules;
  if (text == "all") {
    return rules;
  }
  for (const std::string& piece : split(text, ',')) {
    rules.emplace_back(find_rule(trim(piece)).name);
  }
  return rules;
}

int run_suggest(const Arguments& arguments) {
  std::string file;
  std::string rules = "all";
  CurveColumns columns;
  bool json = false;
  CommandLine line("suggest", "Reads learning rates off a finder's curve by every rule.",
                   "  onecycle suggest runs/digits-mlp-001/find.csv\n"
                   "  With --json: {\"valley\": 0.0012, ..., \"steep\": null, "
                   "\"why\": {\"steep\": \"...\"}}");
  line.operand({.name = "curve", .label = "CURVE.csv", .help = "a table", .saved = false}, &file);
  line.option({.name = "rule", .label = "A,B", .help = "only these rules", .saved = false}, &rules);
  line.option({.name = "lr", .label = "COLUMN", .help = "the column of rates", .saved = false},
              &columns.lr);
  line.option({.name = "loss",
               .label = "COLUMN",
               .help = "the column of losses",
               .default_note = "smoothed if there is one, else loss",
               .saved = false},
              &columns.loss);
  add_json_flag(line, json);
  if (!line.parse(arguments)) {
    return 0;
  }
  require(!file.empty(), ErrorKind::usage,
          "expected a CSV file with the columns lr and loss; see onecycle suggest --help");
  const auto wanted = parse_rules(rules);
  FindRecord record;
  record.suggestions = suggest(read_curve(file, columns), wanted);
  if (json) {
    Json out = rates_by_rule(record.suggestions);
    out["why"] = reasons_by_rule(record.suggestions);
    print_json(out);
  } else {
    print(suggestions_table(record));
  }
  return 0;
}

}  // namespace onecycle::cli
