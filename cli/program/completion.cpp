#include "program/completion.h"

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle::cli {
namespace {

/// For a shell: in single quotes, whatever it contains.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out + "'";
}

/// What may stand where `option` wants a value: words, and a mark for files, folders and runs.
struct Candidates {
  std::string words;
  bool files = false;
  bool folders = false;
  bool runs = false;
};

Candidates values_of(const OptionSpec& option) {
  const auto says = [&](const char* what) { return option.label.find(what) != std::string::npos; };
  return {.words = join(option.choices, " "),
          .files = says("FILE") || says("DATA") || says("CSV") || option.name == "--plot",
          .folders = says("DIR"),
          .runs = says("RUN")};
}

/// Whether it is a verb of another verb, as `data download`. That one offers it as an operand.
bool nested(const VerbSpec& verb) { return verb.name.find(' ') != std::string::npos; }

// Names of runs are those of the folders in runs/.
constexpr const char* kRunNames = "$(ls runs 2>/dev/null)";

std::string bash_values(const Candidates& values) {
  std::vector<std::string> parts;
  if (!values.words.empty() || values.runs) {
    parts.push_back(cat("$(compgen -W \"", values.words, values.runs ? cat(" ", kRunNames) : "",
                        R"(" -- "$word"))"));
  }
  if (values.files) {
    parts.emplace_back("$(compgen -f -- \"$word\")");
  }
  if (values.folders || values.runs) {
    parts.emplace_back("$(compgen -d -- \"$word\")");
  }
  return cat("COMPREPLY=(", join(parts, " "), ")");
}

std::string bash_script(const std::vector<VerbSpec>& verbs) {
  std::vector<std::string> names;
  std::string cases;
  std::string two_words;
  for (const VerbSpec& verb : verbs) {
    if (nested(verb)) {
      two_words += cat("    ", quoted(verb.name), ") verb=", quoted(verb.name), " ;;\n");
    } else {
      names.push_back(verb.name);
    }
    std::vector<std::string> options{"--help"};
    std::string after;
    std::string operands;
    for (const OptionSpec& option : verb.options) {
      if (option.positional) {
        operands = cat("      ", bash_values(values_of(option)), "\n");
        continue;
      }
      options.push_back(option.name);
      if (option.takes_value) {
        after +=
            cat("        ", option.name, ") ", bash_values(values_of(option)), "; return ;;\n");
      }
    }
    cases += cat("    ", quoted(verb.name), ")\n      case \"$before\" in\n", after, "      esac\n",
                 "      if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W \"",
                 join(options, " "), "\" -- \"$word\"))\n        return\n      fi\n", operands,
                 "      ;;\n");
  }
  return cat(
      "# bash completion of onecycle; source it, or put it into bash-completion's folder.\n"
      "_onecycle() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W \"",
      join(names, " "),
      " --help --version\" -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  local verb=${COMP_WORDS[1]}\n"
      "  if ((COMP_CWORD > 2)); then\n"
      "    case \"$verb ${COMP_WORDS[2]}\" in\n",
      two_words,
      "    esac\n"
      "  fi\n"
      "  case \"$verb\" in\n",
      cases,
      "  esac\n"
      "}\n"
      "complete -o filenames -F _onecycle onecycle\n");
}

/// For `_arguments`: what its own syntax would take for its own.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string zsh_action(const OptionSpec& option) {
  const Candidates values = values_of(option);
  std::vector<std::string> alternatives;
  if (!values.words.empty()) {
    alternatives.push_back(cat("words:word:(", values.words, ")"));
  }
  if (values.runs) {
    alternatives.push_back(cat("runs:run:(", kRunNames, ")"));
  }
  if (values.files) {
    alternatives.emplace_back("files:file:_files");
  }
  if (values.folders || values.runs) {
    alternatives.emplace_back("folders:folder:_files -/");
  }
  if (alternatives.empty()) {
    return " ";
  }
  std::string text = "_alternative";
  for (const std::string& alternative : alternatives) {
    text += cat(" \"", alternative, "\"");
  }
  return text;
}

/// An option or operand as `_arguments` takes it.
std::string zsh_argument(const OptionSpec& option) {
  const std::string value = cat(":", zsh_text(option.label), ":", zsh_action(option));
  if (option.positional) {
    return cat(option.repeated ? "*" : "", value);
  }
  const std::string meaning = cat("[", zsh_text(option.help), "]");
  if (!option.takes_value) {
    return option.name + meaning;
  }
  return cat(option.name, option.optional_value ? "=-" : "=", meaning, value);
}

std::string zsh_script(const std::vector<VerbSpec>& verbs) {
  std::string commands;
  std::string cases;
  std::string two_words;
  for (const VerbSpec& verb : verbs) {
    if (nested(verb)) {
      two_words +=
          cat("    ", quoted(verb.name), ") verb+=\" $words[2]\"; shift words; ((CURRENT--)) ;;\n");
    } else {
      commands += cat("    ", quoted(cat(verb.name, ":", zsh_text(verb.brief))), "\n");
    }
    std::string arguments = "        '--help[print help]'";
    for (const OptionSpec& option : verb.options) {
      arguments += cat(" \\\n        ", quoted(zsh_argument(option)));
    }
    cases +=
        cat("    ", quoted(verb.name), ")\n      _arguments -s \\\n", arguments, "\n      ;;\n");
  }
  return cat(
      "#compdef onecycle\n"
      "# zsh completion of onecycle; put it as _onecycle into a folder of $fpath.\n"
      "_onecycle() {\n"
      "  local -a commands\n"
      "  commands=(\n",
      commands,
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local verb=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  if ((CURRENT > 2)); then\n"
      "    case \"$verb $words[2]\" in\n",
      two_words,
      "    esac\n"
      "  fi\n"
      "  case $verb in\n",
      cases,
      "  esac\n"
      "}\n"
      "if [[ $funcstack[1] == _onecycle ]]; then _onecycle \"$@\"; else compdef _onecycle "
      "onecycle; fi\n");
}

std::string fish_arguments(const Candidates& values) {
  std::vector<std::string> parts;
  if (!values.words.empty()) {
    parts.push_back(values.words);
  }
  if (values.runs) {
    parts.emplace_back("(ls runs 2>/dev/null)");
  }
  if (values.folders || values.runs) {
    parts.emplace_back("(__fish_complete_directories)");
  }
  return parts.empty() ? "" : cat(" -a ", quoted(join(parts, " ")));
}

/// When what `verb` accepts is offered: after its words, and not after those of a verb of its own.
std::string fish_condition(const VerbSpec& verb, const std::vector<VerbSpec>& verbs) {
  std::string text;
  for (const std::string& word : split(verb.name, ' ')) {
    text += cat(text.empty() ? "" : "; and ", "__fish_seen_subcommand_from ", word);
  }
  for (const VerbSpec& other : verbs) {
    if (other.name.starts_with(verb.name + " ")) {
      text +=
          cat("; and not __fish_seen_subcommand_from ", other.name.substr(verb.name.size() + 1));
    }
  }
  return text;
}

/// What offers an option, or the words that may stand for an operand.
std::string fish_line(const OptionSpec& option, const std::string& condition) {
  const Candidates values = values_of(option);
  const std::string files = values.files ? " -F" : "";
  if (option.positional) {
    return cat(condition, files, fish_arguments(values), "\n");
  }
  const std::string line = cat(condition, " -l ", option.name.substr(2));
  const std::string help = cat(" -d ", quoted(option.help), "\n");
  if (!option.takes_value) {
    return line + help;
  }
  const std::string needed = values.files ? " -r" : " -x";
  return cat(line, option.optional_value ? "" : needed, files, fish_arguments(values), help);
}

std::string fish_script(const std::vector<VerbSpec>& verbs) {
  std::string text =
      "# fish completion of onecycle; put it as onecycle.fish into ~/.config/fish/completions.\n"
      "complete -c onecycle -f\n";
  for (const VerbSpec& verb : verbs) {
    if (!nested(verb)) {
      text += cat("complete -c onecycle -n __fish_use_subcommand -a ", verb.name, " -d ",
                  quoted(verb.brief), "\n");
    }
  }
  for (const VerbSpec& verb : verbs) {
    const std::string condition =
        cat("complete -c onecycle -n ", quoted(fish_condition(verb, verbs)));
    text += cat(condition, " -l help -d 'print help'\n");
    for (const OptionSpec& option : verb.options) {
      text += fish_line(option, condition);
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const std::string& shell, const std::vector<VerbSpec>& verbs) {
  if (shell == "bash") {
    return bash_script(verbs);
  }
  if (shell == "zsh") {
    return zsh_script(verbs);
  }
  if (shell == "fish") {
    return fish_script(verbs);
  }
  fail(ErrorKind::usage, "expected bash, zsh or fish, got '", shell, "'",
       suggest_name(shell, {"bash", "zsh", "fish"}));
}

}  // namespace onecycle::cli
