// One verb's command line: its options are named once, and are read from arguments and from a
// configuration file, shown in the help, and written into the configuration of a run.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "onecycle/schedule/field.h"

namespace onecycle::cli {

using Arguments = std::vector<std::string>;

/// How an option presents itself and what it accepts.
struct OptionInfo {
  std::string name;        ///< `epochs`, for `--epochs`
  std::string label = {};  ///< what stands for its value in the help, as in `N`
  std::string help = {};
  Range range = kAnyNumber;
  std::string default_note = {};          ///< in place of the value's text in the help
  bool optional_value = false;            ///< the value may be left out, or follows `=`
  bool saved = true;                      ///< belongs into the configuration of a run
  std::vector<std::string> choices = {};  ///< words to offer where a value is asked for
};

/// An option or an operand, for those who describe the program: help, completion, manual pages.
struct OptionSpec {
  std::string name;     ///< `--epochs`; of an operand as in a configuration file
  std::string label;    ///< what stands for its value; for an operand its name on the line
  std::string help;     ///< with the default in brackets
  std::string heading;  ///< under which it stands
  bool positional = false;
  bool takes_value = false;
  bool optional_value = false;
  bool repeated = false;
  std::vector<std::string> choices = {};  ///< words that may stand there, if not all
};

/// All that a verb accepts.
struct VerbSpec {
  std::string name;
  std::string brief;    ///< one line
  std::string summary;  ///< sentences
  std::string examples;
  std::vector<OptionSpec> options;
};

class CommandLine {
 public:
  /// Where an option's value goes. Without a value an optional one is not saved.
  using Target =
      std::variant<std::string*, double*, std::int64_t*, bool*, std::optional<std::string>*,
                   std::optional<double>*, std::optional<std::int64_t>*>;
  using List = std::vector<std::string>;

  /// `examples`: lines for the end of the help.
  CommandLine(std::string verb, std::string summary, std::string examples);

  /// The options added from now on stand under this title in the help.
  void heading(std::string title) { heading_ = std::move(title); }
  /// An argument without a name on the command line (with one in configuration files).
  void operand(OptionInfo info, Target target);
  /// As many arguments without names as there are. Not for configuration files.
  void operands(OptionInfo info, List* target);
  /// An option with a value; for a bool one without.
  void option(OptionInfo info, Target target);

  /// Reads the arguments and, if they name one, the configuration file: what stands in the
  /// arguments wins. Prints the help and returns false if asked to. Throws a usage error, which
  /// names the nearest option, or the file and line.
  [[nodiscard]] bool parse(const Arguments& arguments);

  /// Whether the option has a value from the arguments or the file.
  [[nodiscard]] bool given(std::string_view name) const;

  /// What it accepts; `brief` is the verb's own to say.
  [[nodiscard]] VerbSpec spec() const;

  /// The values of all saved options as a configuration file.
  [[nodiscard]] std::string config() const;
  /// The same as pairs, for the report.
  [[nodiscard]] std::vector<Setting> settings() const;

 private:
  struct Entry {
    OptionInfo info;
    Target target;
    std::string heading;
    bool positional = false;
    std::string text = {};  // what stands in the arguments
    bool given = false;
  };

  [[nodiscard]] bool saves() const;
  bool read_arguments(const Arguments& arguments);
  void read_config(const std::string& path);
  [[nodiscard]] std::vector<std::string> names(bool saved_only) const;

  std::string verb_;
  std::string summary_;
  std::string examples_;
  std::string heading_ = "Options";
  std::string config_path_;
  std::deque<Entry> entries_;
  OptionInfo list_info_;
  List* list_ = nullptr;  // what `operands` asked for
};

}  // namespace onecycle::cli
