#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct ExplainFlags {
  Arguments arguments;
};

CommandLine explain_command_line(ExplainFlags& flags) {
  CommandLine line(
      "explain",
      "Says what a command would do, in words, a table and a drawing, and does nothing: how\n"
      "many iterations, batches, epochs and examples, which rates, what is frozen when, how\n"
      "long it takes and how much memory.",
      "  onecycle explain find digits\n"
      "  onecycle explain fit digits --policy cosine --max-lr 0.1\n"
      "  onecycle explain fine-tune digits --model lenet --max-lr 0.01\n"
      "  The same: onecycle find digits --explain");
  line.operands({.name = "command",
                 .label = "COMMAND",
                 .help = "find, fit or fine-tune, and after it what that accepts",
                 .choices = {"find", "fit", "fine-tune"}},
                &flags.arguments);
  return line;
}

int run_explain(const Arguments& arguments) {
  const std::vector<std::string> known{"find", "fit", "fine-tune"};
  require(!arguments.empty(), ErrorKind::usage,
          "expected find, fit or fine-tune and its options; see onecycle explain --help");
  const std::string& what = arguments.front();
  if (what == "--help" || what == "-h") {
    ExplainFlags unused;
    (void)explain_command_line(unused).parse({"--help"});
    return 0;
  }
  require(std::find(known.begin(), known.end(), what) != known.end(), ErrorKind::usage,
          "expected find, fit or fine-tune, got '", what, "'", suggest_name(what, known));
  Arguments rest(arguments.begin() + 1, arguments.end());
  rest.emplace_back("--explain");
  if (what == "find") {
    return find_verb().run(rest);
  }
  return (what == "fit" ? fit_verb() : fine_tune_verb()).run(rest);
}

}  // namespace

Verb explain_verb() {
  return {.name = "explain",
          .brief = "say what find, fit or fine-tune would do, and do nothing",
          .describe = [] { return spec_of(explain_command_line); },
          .run = run_explain};
}

}  // namespace onecycle::cli
