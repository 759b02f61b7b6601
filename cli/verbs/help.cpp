#include <filesystem>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "program/completion.h"
#include "program/manual.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct CompletionFlags {
  std::string shell;
};

CommandLine completion_command_line(CompletionFlags& flags) {
  CommandLine line("completion", "Prints what lets a shell complete our commands with the Tab key.",
                   "  source <(onecycle completion bash)\n"
                   "  onecycle completion zsh > ~/.zfunc/_onecycle\n"
                   "  onecycle completion fish > ~/.config/fish/completions/onecycle.fish");
  line.operand({.name = "shell",
                .label = "SHELL",
                .help = "bash, zsh or fish",
                .saved = false,
                .choices = {"bash", "zsh", "fish"}},
               &flags.shell);
  return line;
}

int run_completion(const Arguments& arguments) {
  CompletionFlags flags;
  if (!completion_command_line(flags).parse(arguments)) {
    return 0;
  }
  print(completion_script(flags.shell, verb_specs()));
  return 0;
}

struct HelpFlags {
  CommandLine::List verb;  // its words
  std::string format = "text";
  std::string out;
};

CommandLine help_command_line(HelpFlags& flags) {
  CommandLine line("help", "Prints what a command accepts, or what all of them do.",
                   "  onecycle help fit\n"
                   "  onecycle help fit --format man | man -l -\n"
                   "  onecycle help --format man --out man/man1    a page for each command");
  line.operands({.name = "command", .label = "COMMAND", .help = "one of ours", .saved = false},
                &flags.verb);
  line.option({.name = "format",
               .label = "NAME",
               .help = "text, man, markdown or json; the last two are of all commands",
               .saved = false,
               .choices = {"text", "man", "markdown", "json"}},
              &flags.format);
  line.option({.name = "out",
               .label = "DIR",
               .help = "manual pages of all commands go there",
               .saved = false},
              &flags.out);
  return line;
}

void write_manual(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error, ErrorKind::usage, "--out: ", folder,
          ": the folder cannot be made: ", error.message());
  const std::vector<VerbSpec> specs = verb_specs();
  write_file(fs::path(folder) / "onecycle.1", manual_page(specs));
  for (const VerbSpec& spec : specs) {
    write_file(fs::path(folder) / cat(page_name(spec), ".1"), manual_page(spec));
  }
}

/// The description of the verb called `name`.
VerbSpec spec_named(const std::string& name) {
  const Verb& verb = verb_named(name);
  VerbSpec spec = verb.describe();
  spec.brief = verb.brief;
  return spec;
}

int run_help(const Arguments& arguments) {
  HelpFlags flags;
  if (!help_command_line(flags).parse(arguments)) {
    return 0;
  }
  const auto& [words, format, out] = flags;
  const std::string verb = join(words, " ");
  require(out.empty() || (format == "man" && verb.empty()), ErrorKind::usage,
          "--out: expected --format man and no command beside it");
  if (!out.empty()) {
    write_manual(out);
  } else if (format == "text") {
    return verb_named(verb).run({"--help"});
  } else if (format == "man") {
    print(verb.empty() ? manual_page(verb_specs()) : manual_page(spec_named(verb)));
  } else {
    require(verb.empty(), ErrorKind::usage, "--format: expected text or man for one command, got '",
            format, "'");
    require(format == "markdown" || format == "json", ErrorKind::usage,
            "--format: expected text, man, markdown or json, got '", format, "'");
    if (format == "json") {
      print_json(json_reference(verb_specs()));
    } else {
      print(markdown_reference(verb_specs()));
    }
  }
  return 0;
}

}  // namespace

Verb completion_verb() {
  return {.name = "completion",
          .brief = "print the completion of a shell: bash, zsh, fish",
          .describe = [] { return spec_of(completion_command_line); },
          .run = run_completion};
}

Verb help_verb() {
  return {.name = "help",
          .brief = "say what a command accepts",
          .describe = [] { return spec_of(help_command_line); },
          .run = run_help};
}

}  // namespace onecycle::cli
