#include "program/manual.h"

#include <algorithm>

#include "onecycle/core/text.h"

namespace onecycle::cli {
namespace {

/// For troff: a backslash, a dot or a quote that it would take for its own.
std::string troff(const std::string& text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) {
      out += "\\&";
    }
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_begins = c == '\n';
  }
  return out;
}

std::string heading(const std::string& name) {
  return cat(".TH \"", name, "\" 1 \"\" \"onecycle " ONECYCLE_VERSION "\" \"onecycle\"\n");
}

std::string usage(const VerbSpec& verb) {
  std::string text = cat("onecycle ", verb.name, " [OPTIONS]");
  for (const OptionSpec& option : verb.options) {
    if (option.positional) {
      text += cat(" ", option.label);
    }
  }
  return text;
}

/// `--epochs N`, `--plot[=FILE]`, `DATA`.
std::string synopsis(const OptionSpec& option) {
  if (option.positional) {
    return option.label;
  }
  if (!option.takes_value) {
    return option.name;
  }
  return option.optional_value
             ? cat(option.name, option.label.starts_with('[') ? "" : "[=", option.label,
                   option.label.starts_with('[') ? "" : "]")
             : cat(option.name, " ", option.label);
}

std::vector<std::string> headings_of(const VerbSpec& verb) {
  std::vector<std::string> headings;
  for (const OptionSpec& option : verb.options) {
    if (std::find(headings.begin(), headings.end(), option.heading) == headings.end()) {
      headings.push_back(option.heading);
    }
  }
  return headings;
}

/// In a cell of a table.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' ? "\\|" : std::string(1, c);
  }
  return out;
}

std::string markdown_of(const VerbSpec& verb) {
  std::string text =
      cat("## `onecycle ", verb.name, "`\n\n", verb.summary, "\n\n    ", usage(verb), "\n\n");
  for (const std::string& heading : headings_of(verb)) {
    text += cat("| ", heading, " | meaning |\n|---|---|\n");
    for (const OptionSpec& option : verb.options) {
      if (option.heading == heading) {
        text += cat("| `", cell(synopsis(option)), "` | ", cell(option.help), " |\n");
      }
    }
    text += '\n';
  }
  return verb.examples.empty() ? text : cat(text, "Examples:\n\n```\n", verb.examples, "\n```\n\n");
}

}  // namespace

std::string page_name(const VerbSpec& verb) {
  return cat("onecycle-", join(split(verb.name, ' '), "-"));
}

std::string manual_page(const VerbSpec& verb) {
  const std::string name = page_name(verb);
  std::string text = cat(heading(name), ".SH NAME\n", troff(name), " \\- ", troff(verb.brief),
                         "\n.SH SYNOPSIS\n.B ", troff(usage(verb)), "\n.SH DESCRIPTION\n",
                         troff(verb.summary), "\n");
  for (const std::string& title : headings_of(verb)) {
    text += cat(".SH \"", title, "\"\n");
    for (const OptionSpec& option : verb.options) {
      if (option.heading == title) {
        text += cat(".TP\n.B ", troff(synopsis(option)), "\n", troff(option.help), "\n");
      }
    }
  }
  if (!verb.examples.empty()) {
    text += cat(".SH EXAMPLES\n.nf\n", troff(verb.examples), "\n.fi\n");
  }
  return cat(text,
             ".SH \"EXIT STATUS\"\n0 done, 1 internal error, 2 usage, 3 bad data, 4 bad weights "
             "or checkpoint, 5 diverged, 130 interrupted.\n.SH \"SEE ALSO\"\n.BR onecycle (1)\n");
}

std::string manual_page(const std::vector<VerbSpec>& verbs) {
  std::string text =
      cat(heading("onecycle"),
          ".SH NAME\nonecycle \\- find a learning rate, train with the 1cycle policy, look at the "
          "result\n.SH SYNOPSIS\n.B onecycle\n.I COMMAND\n[OPTIONS]\n.SH COMMANDS\n");
  std::vector<std::string> pages;
  for (const VerbSpec& verb : verbs) {
    text += cat(".TP\n.B ", troff(verb.name), "\n", troff(verb.brief), "\n");
    pages.push_back(cat(".BR ", troff(page_name(verb)), " (1)"));
  }
  return cat(text, ".SH \"SEE ALSO\"\n", join(pages, ",\n"), "\n");
}

std::string markdown_reference(const std::vector<VerbSpec>& verbs) {
  std::string text =
      "# The program\n\nWritten by `onecycle help --format markdown` from the options that the "
      "program "
      "has; do not edit.\nIn brackets stand the defaults.\n\n| command | what it does "
      "|\n|---|---|\n";
  for (const VerbSpec& verb : verbs) {
    text += cat("| [`", verb.name, "`](#", page_name(verb), ") | ", cell(verb.brief), " |\n");
  }
  text += '\n';
  for (const VerbSpec& verb : verbs) {
    text += markdown_of(verb);
  }
  text.pop_back();
  return text;
}

Json json_reference(const std::vector<VerbSpec>& verbs) {
  Json all = Json::array();
  for (const VerbSpec& verb : verbs) {
    Json options = Json::array();
    for (const OptionSpec& option : verb.options) {
      options.push_back({{"name", option.name},
                         {"value", option.label},
                         {"help", option.help},
                         {"heading", option.heading},
                         {"positional", option.positional},
                         {"takes_value", option.takes_value},
                         {"optional_value", option.optional_value},
                         {"repeated", option.repeated},
                         {"choices", option.choices}});
    }
    all.push_back({{"name", verb.name},
                   {"brief", verb.brief},
                   {"summary", verb.summary},
                   {"examples", verb.examples},
                   {"options", std::move(options)}});
  }
  return {{"commands", std::move(all)}};
}

}  // namespace onecycle::cli
