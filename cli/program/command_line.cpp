#include "program/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "program/toml.h"

namespace onecycle::cli {
namespace {

template <class... Part>
[[noreturn]] void refuse(const Part&... part) {
  fail(ErrorKind::usage, part...);
}

/// Reads `text` into the target; `what` begins the message if it cannot be.
struct Assign {
  const std::string& what;
  const std::string& text;
  const Range& range;

  void operator()(std::string* target) const { *target = text; }
  void operator()(std::optional<std::string>* target) const { *target = text; }
  void operator()(double* target) const {
    const auto number = parse_number(text);
    if (!number || !range.contains(*number)) {
      refuse(what, ": expected ", range.text(), ", got '", text, "'");
    }
    *target = *number;
  }
  void operator()(std::optional<double>* target) const { (*this)(&target->emplace()); }
  void operator()(std::optional<std::int64_t>* target) const { (*this)(&target->emplace()); }
  void operator()(std::int64_t* target) const {
    const auto number = parse_integer(text);
    if (!number || !range.contains(static_cast<double>(*number))) {
      const bool above = number && static_cast<double>(*number) > range.high;
      const auto bound = static_cast<std::int64_t>(above ? range.high : range.low);
      refuse(what, ": expected an integer ", above ? "<= " : ">= ", bound, ", got '", text, "'");
    }
    *target = *number;
  }
  void operator()(bool* target) const {
    const auto value = detail::parse_value<bool>(text);
    if (!value) {
      refuse(what, ": expected true or false, got '", text, "'");
    }
    *target = *value;
  }
};

/// The value as text; nothing if there is none.
std::optional<std::string> text_of(const CommandLine::Target& target) {
  return std::visit(
      [](const auto* value) -> std::optional<std::string> {
        using T = std::remove_cvref_t<decltype(*value)>;
        if constexpr (detail::Unwrapped<T>::optional) {
          return *value ? std::optional(cat(**value)) : std::nullopt;
        } else {
          return cat(*value);
        }
      },
      target);
}

std::string help_of(const OptionInfo& info, const CommandLine::Target& target) {
  if (std::holds_alternative<bool*>(target)) {
    return info.help;
  }
  const std::string note =
      info.default_note.empty() ? text_of(target).value_or("") : info.default_note;
  return note.empty() ? info.help : cat(info.help, " [", note, "]");
}

constexpr const char* kConfigHelp = "read options from a TOML file; those given here win";

std::string underscored(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string dashed(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

}  // namespace

CommandLine::CommandLine(std::string verb, std::string summary, std::string examples)
    : verb_(std::move(verb)), summary_(std::move(summary)), examples_(std::move(examples)) {}

void CommandLine::operand(OptionInfo info, Target target) {
  entries_.push_back({std::move(info), target, "Positionals", /*positional=*/true});
}

void CommandLine::operands(OptionInfo info, List* target) {
  list_info_ = std::move(info);
  list_ = target;
}

void CommandLine::option(OptionInfo info, Target target) {
  entries_.push_back({std::move(info), target, heading_});
}

bool CommandLine::parse(const Arguments& arguments) {
  if (!read_arguments(arguments)) {
    return false;
  }
  for (Entry& entry : entries_) {
    if (entry.given) {
      const std::string what = entry.positional ? entry.info.label : "--" + entry.info.name;
      std::visit(Assign{what, entry.text, entry.info.range}, entry.target);
    }
  }
  if (!config_path_.empty()) {
    read_config(config_path_);
  }
  return true;
}

bool CommandLine::read_arguments(const Arguments& arguments) {
  CLI::App app(summary_, cat("onecycle ", verb_));
  app.get_formatter()->column_width(32);
  app.set_help_flag("-h,--help", "print this and exit");
  app.footer(cat("Examples:\n", examples_));
  app.allow_extras();
  if (saves()) {
    app.add_option("--config", config_path_, kConfigHelp)->option_text("FILE");
  }
  if (list_ != nullptr) {
    app.add_option(list_info_.label, *list_, list_info_.help)
        ->option_text(" ")
        ->group("Positionals");
  }
  std::vector<CLI::Option*> options;
  for (Entry& entry : entries_) {
    const std::string name = entry.positional ? entry.info.label : "--" + entry.info.name;
    const std::string help = help_of(entry.info, entry.target);
    const bool flag = std::holds_alternative<bool*>(entry.target) || entry.info.optional_value;
    CLI::Option* option =
        flag ? app.add_flag(name, entry.text, help) : app.add_option(name, entry.text, help);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    option->option_text(entry.positional || entry.info.label.empty() ? " " : entry.info.label);
    option->group(entry.heading);
    options.push_back(option);
  }
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    const std::string help = CLI::detail::find_and_replace(app.help(), "\n\n\n", "\n\n");
    // Labels of lists end with dots, to which CLI11 adds its own.
    std::fputs(CLI::detail::find_and_replace(help, "......", "...").c_str(), stdout);
    return false;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    refuse(text.substr(0, text.find(':')), ": expected a value, got none");
  } catch (const CLI::ParseError& error) {
    refuse(error.what());
  }
  for (std::size_t i = 0; i < options.size(); ++i) {
    entries_[i].given = options[i]->count() > 0;
  }
  if (const auto rest = app.remaining(); !rest.empty()) {
    const std::string name = rest.front().substr(0, rest.front().find('='));
    require(name.starts_with('-'), ErrorKind::usage, "unexpected argument '", rest.front(), "'");
    const auto near = nearest_name(name, names(/*saved_only=*/false));
    refuse("unknown option '", name, "'; ",
           near ? cat("did you mean '", *near, "'?") : cat("see onecycle ", verb_, " --help"));
  }
  return true;
}

bool CommandLine::saves() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.info.saved; });
}

VerbSpec CommandLine::spec() const {
  VerbSpec spec{
      .name = verb_, .brief = {}, .summary = summary_, .examples = examples_, .options = {}};
  if (list_ != nullptr) {
    spec.options.push_back({.name = list_info_.name,
                            .label = list_info_.label,
                            .help = list_info_.help,
                            .heading = "Operands",
                            .positional = true,
                            .repeated = true,
                            .choices = list_info_.choices});
  }
  for (const Entry& entry : entries_) {
    spec.options.push_back(
        {.name = entry.positional ? entry.info.name : "--" + entry.info.name,
         .label = entry.info.label,
         .help = help_of(entry.info, entry.target),
         .heading = entry.positional ? "Operands" : entry.heading,
         .positional = entry.positional,
         .takes_value = !entry.positional && !std::holds_alternative<bool*>(entry.target),
         .optional_value = entry.info.optional_value,
         .choices = entry.info.choices});
  }
  if (saves()) {
    spec.options.push_back({.name = "--config",
                            .label = "FILE",
                            .help = kConfigHelp,
                            .heading = "Options",
                            .takes_value = true});
  }
  return spec;
}

void CommandLine::read_config(const std::string& path) {
  for (const ConfigItem& item : parse_toml(read_file(path), path)) {
    const std::string name = dashed(item.key);
    const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return e.info.saved && e.info.name == name;
    });
    require(entry != entries_.end(), ErrorKind::usage, path, ":", item.line, ": unknown key '",
            item.key, "'", suggest_name(item.key, names(/*saved_only=*/true)));
    if (!entry->given) {
      const std::string what = cat(path, ":", item.line, ": ", item.key);
      std::visit(Assign{what, item.value, entry->info.range}, entry->target);
      entry->given = true;
    }
  }
}

bool CommandLine::given(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.given && entry.info.name == name; });
}

std::vector<std::string> CommandLine::names(bool saved_only) const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) {
    if (saved_only) {
      if (entry.info.saved) {
        names.push_back(underscored(entry.info.name));
      }
    } else if (!entry.positional) {
      names.push_back("--" + entry.info.name);
    }
  }
  return names;
}

std::vector<Setting> CommandLine::settings() const {
  std::vector<Setting> settings;
  for (const Entry& entry : entries_) {
    const auto text = text_of(entry.target);
    if (entry.info.saved && text) {
      settings.push_back({underscored(entry.info.name), *text});
    }
  }
  return settings;
}

std::string CommandLine::config() const {
  std::string text = cat("# onecycle ", verb_, " --config FILE repeats this.\n");
  for (const Setting& setting : settings()) {
    text += cat(setting.name, " = ", toml_value(setting.value), "\n");
  }
  return text;
}

}  // namespace onecycle::cli
