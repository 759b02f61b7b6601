#include "onecycle/core/memory.h"

#include <fstream>
#include <string>

#include "onecycle/core/text.h"

namespace onecycle {

std::optional<std::int64_t> available_memory() {
  constexpr std::string_view kName = "MemAvailable:";
  constexpr std::string_view kUnit = "kB";  // of 1024 bytes: proc(5)
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    const std::string_view text = line;
    if (text.starts_with(kName) && text.ends_with(kUnit)) {
      const auto number = text.substr(kName.size(), text.size() - kName.size() - kUnit.size());
      const auto kilobytes = parse_integer(number);
      return kilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace onecycle
