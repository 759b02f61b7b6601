#include "onecycle/report/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "onecycle/core/text.h"

namespace onecycle {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (std::string value(environment(name)); !value.empty()) {
      std::transform(value.begin(), value.end(), value.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    }
  }
  return false;
}

void measure(int descriptor, Terminal& terminal) {
  constexpr std::int64_t kWidest = 10'000;
  if (const auto columns = parse_integer(environment("COLUMNS")); columns && *columns > 0) {
    terminal.columns = static_cast<int>(std::min(*columns, kWidest));
  }
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    terminal.columns = size.ws_col > 0 ? size.ws_col : terminal.columns;
    terminal.rows = size.ws_row > 0 ? size.ws_row : terminal.rows;
  }
}

}  // namespace

Terminal terminal_of(std::FILE* stream) {
  Terminal terminal;
  const int descriptor = fileno(stream);
  const std::string_view type = environment("TERM");
  terminal.live = descriptor >= 0 && isatty(descriptor) == 1 && !type.empty() && type != "dumb";
  terminal.colour = terminal.live && environment("NO_COLOR").empty();
  terminal.unicode = locale_is_utf8();
  measure(descriptor, terminal);
  return terminal;
}

}  // namespace onecycle
