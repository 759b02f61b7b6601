#include "onecycle/core/text.h"
#include "onecycle/data/augment.h"
#include "onecycle/data/source.h"
#include "onecycle/fetch/remote_sets.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

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
  Table forms{{"file or folder", "what is in it"}, {}};
  for (const DataFormat& format : data_formats()) {
    forms.rows.push_back({format.form, format.what});
  }
  print("\n");
  print(forms);
  Table changes{{"--augment", "what it does to training images"}, {}};
  for (const AugmentationInfo& info : augmentations()) {
    Arguments options;
    for (const FieldInfo& field : info.fields) {
      options.push_back(cat(field.name, "=", field.default_value));
    }
    changes.rows.push_back({cat(info.name, "(", join(options, ", "), ")"), info.summary});
  }
  print("\n");
  print(changes);
  print("\n");
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

struct ListFlags {
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

CommandLine data_command_line(ListFlags& flags) {
  CommandLine line("data",
                   "Lists the data sets that come with onecycle, those that it can download, and "
                   "the files it reads.",
                   "  onecycle fit digits\n"
                   "  onecycle data download mnist\n"
                   "  onecycle data info photos");
  // Shown, offered and never read: such a word makes another verb of this one.
  line.operand(command_info(), &flags.command);
  add_json_flag(line, flags.json);
  return line;
}

int run_data(const Arguments& arguments) {
  ListFlags flags;
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
  Json formats = Json::array();
  for (const DataFormat& format : data_formats()) {
    formats.push_back({{"name", format.name}, {"form", format.form}, {"what", format.what}});
  }
  print_json({{"sets", sets}, {"remote", remote_json()}, {"formats", formats}});
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
