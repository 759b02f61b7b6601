#include "onecycle/core/text.h"
#include "onecycle/data/source.h"
#include "onecycle/fetch/remote_sets.h"
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
  Table remote{{"to download", "examples", "MB", "what"}, {}};
  for (const RemoteSet& set : remote_sets()) {
    const double megabytes = static_cast<double>(download_bytes(set).value_or(0)) / 1e6;
    remote.rows.push_back({set.name, set.examples, format_brief(megabytes), set.what});
  }
  print("\n");
  print(remote);
  print(cat("\nFiles:\n  TABLE.csv  ", kCsv, "\n             (--target COLUMN says which)\n\n"));
  for (const BuiltInData& set : built_in_data()) {
    print(cat("Credit for ", set.name, ": ", set.credit, "\n"));
  }
}

Json remote_json() {
  Json sets = Json::array();
  for (const RemoteSet& set : remote_sets()) {
    sets.push_back({{"name", set.name},
                    {"what", set.what},
                    {"examples", set.examples},
                    {"bytes", download_bytes(set).value_or(0)},
                    {"holds", set.holds},
                    {"credit", set.credit},
                    {"licence", set.licence}});
  }
  return sets;
}

struct DataFlags {
  std::string command;
  bool json = false;
};

/// The verbs of this verb, and what they do.
OptionInfo command_info() {
  constexpr std::string_view kMine = "data ";
  OptionInfo info{.name = "command", .label = "COMMAND", .saved = false};
  for (const Verb& verb : verbs()) {
    if (verb.name.starts_with(kMine)) {
      info.choices.push_back(verb.name.substr(kMine.size()));
      info.help += cat(info.help.empty() ? "" : "; ", info.choices.back(), ": ", verb.brief);
    }
  }
  return info;
}

CommandLine data_command_line(DataFlags& flags) {
  CommandLine line("data",
                   "Lists the data sets that come with onecycle, those that it can download, and "
                   "the files it reads.",
                   "  onecycle fit digits\n"
                   "  onecycle data download mnist");
  // Shown, offered and never read: such a word makes another verb of this one.
  line.operand(command_info(), &flags.command);
  add_json_flag(line, flags.json);
  return line;
}

int run_data(const Arguments& arguments) {
  DataFlags flags;
  if (!data_command_line(flags).parse(arguments)) {
    return 0;
  }
  if (!flags.json) {
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
  print_json({{"sets", sets},
              {"remote", remote_json()},
              {"formats", {{{"name", "csv"}, {"what", kCsv}}}}});
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
