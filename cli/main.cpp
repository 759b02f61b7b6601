#include <c10/util/Exception.h>

#include <cstdio>
#include <new>

#include "onecycle/core/error.h"
#include "onecycle/core/memory.h"
#include "onecycle/core/text.h"
#include "onecycle/report/terminal.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

/// What a newcomer needs; the rest stands below.
std::string overview() {
  std::string text =
      "onecycle: find a learning rate, train with the 1cycle policy, look at the result.\n\n"
      "  onecycle find digits             which learning rate?\n"
      "  onecycle explain fit digits      what would a training do?\n"
      "  onecycle fit digits              train, and write a report into runs/\n"
      "  onecycle report RUN [RUN...]     look at it, or at several side by side\n"
      "  onecycle compare digits          which policy?\n\n"
      "Your own table: onecycle fit table.csv --target COLUMN\n\n"
      "Commands (onecycle COMMAND --help for more):\n";
  constexpr std::size_t kWidth = 15;
  for (const Verb& verb : verbs()) {
    text += cat("  ", verb.name, std::string(kWidth - verb.name.size(), ' '), verb.brief, "\n");
  }
  return text + "\nOptions:\n  --help, --version\n";
}

int run(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
      (arguments[0] == "help" && arguments.size() == 1)) {
    print(overview());
    return 0;
  }
  const std::string& name = arguments[0];
  if (name == "--version") {
    print("onecycle " ONECYCLE_VERSION "\n");
    return 0;
  }
  require(!name.starts_with('-'), ErrorKind::usage, "unknown option '", name, "'",
          suggest_name(name, {"--help", "--version"}));
  const Call call = call_of(arguments);
  return verb_named(call.verb).run(call.rest);
}

void complain(const Arguments& arguments, const std::string& message) {
  const std::string called = arguments.empty() ? "" : call_of(arguments).verb;
  std::string verb;
  for (const Verb& known : verbs()) {
    verb = known.name == called ? cat(" ", known.name) : verb;
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
  onecycle::keep_freed_memory();
  return onecycle::cli::run_guarded({argv + 1, argv + argc});
}
