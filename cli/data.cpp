#include "onecycle/core/text.h"
#include "onecycle/data/source.h"
#include "output.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

constexpr std::string_view kCsv =
    "a first row of names, then numbers; the target is a number or the name of a class";

void print_text() {
  Table sets{{"data set", "examples", "what"}, {}};
  for (const BuiltInData& set : built_in_data()) {
    sets.rows.push_back({set.name, cat(set.examples), set.what});
  }
  print(sets);
  print(cat("\nFiles:\n  TABLE.csv  ", kCsv, "\n             (--target COLUMN says which)\n\n"));
  for (const BuiltInData& set : built_in_data()) {
    print(cat("Credit for ", set.name, ": ", set.credit, "\n"));
  }
}

CommandLine data_command_line(bool& json) {
  CommandLine line("data", "Lists the data sets that come with onecycle and the files it reads.",
                   "  onecycle fit digits");
  add_json_flag(line, json);
  return line;
}

int run_data(const Arguments& arguments) {
  bool json = false;
  if (!data_command_line(json).parse(arguments)) {
    return 0;
  }
  if (!json) {
    print_text();
    return 0;
  }
  Json sets = Json::array();
  for (const BuiltInData& set : built_in_data()) {
    sets.push_back({{"name", set.name},
                    {"what", set.what},
                    {"examples", set.examples},
                    {"credit", set.credit}});
  }
  print_json({{"sets", sets}, {"formats", {{{"name", "csv"}, {"what", kCsv}}}}});
  return 0;
}

}  // namespace

Verb data_verb() {
  return {.name = "data",
          .brief = "list the data sets and formats",
          .describe = [] { return spec_of(data_command_line); },
          .run = run_data};
}

}  // namespace onecycle::cli
