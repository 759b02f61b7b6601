#include <c10/util/Exception.h>
#include <malloc.h>

#include <array>
#include <cstdio>
#include <new>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/report/terminal.h"
#include "output.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

struct Verb {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments& arguments);
};

constexpr std::array kVerbs = {
    Verb{"find", "try rising learning rates on DATA and say which to use", run_find},
    Verb{"fit", "train on DATA with the 1cycle policy and write a report", run_fit},
    Verb{"explain", "say what find, fit or fine-tune would do, and do nothing", run_explain},
    Verb{"resume", "go on with a run that was interrupted or killed", run_resume},
    Verb{"compare", "train under several policies and say which is best", run_compare},
    Verb{"report", "make a page of a run, or of several side by side", run_report},
    Verb{"plot", "draw a run, or several over one another", run_plot},
    Verb{"schedule", "print or draw the rates of a policy", run_schedule},
    Verb{"suggest", "read a rate off a finder's curve in a CSV file", run_suggest},
    Verb{"policies", "list the policies and their options", run_policies},
    Verb{"data", "list the data sets and formats", run_data},
};

std::string overview() {
  std::string text =
      "onecycle: find a learning rate, train with the 1cycle policy, look at the result.\n\n"
      "  onecycle find digits             which learning rate?\n"
      "  onecycle fit digits              train, and write a report into runs/\n"
      "  onecycle fit table.csv --target COLUMN\n\n"
      "Commands (onecycle COMMAND --help for more):\n";
  for (const Verb& verb : kVerbs) {
    text += cat("  ", verb.name, std::string(10 - verb.name.size(), ' '), verb.summary, "\n");
  }
  return text + "\nOptions:\n  --help, --version\n";
}

const Verb& find_verb(const std::string& name) {
  const bool option = name.starts_with('-');
  std::vector<std::string> names;
  if (option) {
    names = {"--help", "--version"};
  }
  for (const Verb& verb : kVerbs) {
    if (verb.name == name) {
      return verb;
    }
    if (!option) {
      names.emplace_back(verb.name);
    }
  }
  fail(ErrorKind::usage, option ? "unknown option '" : "unknown command '", name, "'",
       suggest_name(name, names));
}

int run(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
      arguments[0] == "help") {
    print(overview());
    return 0;
  }
  if (arguments[0] == "--version") {
    print("onecycle " ONECYCLE_VERSION "\n");
    return 0;
  }
  return find_verb(arguments[0]).run({arguments.begin() + 1, arguments.end()});
}

void complain(const Arguments& arguments, const std::string& message) {
  std::string verb;
  for (const Verb& known : kVerbs) {
    verb = !arguments.empty() && known.name == arguments[0] ? cat(" ", known.name) : verb;
  }
  const bool colour = terminal_of(stderr).colour;
  std::fprintf(stderr, "onecycle%s: %serror:%s %s\n", verb.c_str(), colour ? "\x1b[31m" : "",
               colour ? "\x1b[0m" : "", message.c_str());
}

/// The first line: what follows is a backtrace, or nothing to a user.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

int run_guarded(const Arguments& arguments) {
  const auto failed = [&](int code, const std::string& message) {
    std::fflush(stdout);
    complain(arguments, message);
    return code;
  };
  try {
    const int code = run(arguments);
    finish_output();
    return code;
  } catch (const Error& error) {
    return failed(error.exit_code(), error.what());
  } catch (const c10::Error& error) {
    return failed(1, first_line(error.what_without_backtrace()));
  } catch (const std::bad_alloc&) {
    return failed(1, "memory: there is not enough for this job");
  } catch (const std::exception& error) {
    return failed(1, first_line(error.what()));
  }
}

}  // namespace
}  // namespace onecycle::cli

int main(int argc, char** argv) {
  // LibTorch's tensors of tens of MB would else be mapped and faulted in anew at every iteration.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 1 << 20);
  return onecycle::cli::run_guarded({argv + 1, argv + argc});
}
