#include "onecycle/core/memory.h"

#include <cstdlib>
#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

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

bool keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kFar = 1 << 30;      // mallopt takes an int
  constexpr int kTopPad = 64 << 20;  // the heap grows by so much at once
  return ::mallopt(M_MMAP_THRESHOLD, kFar) == 1 && ::mallopt(M_TRIM_THRESHOLD, kFar) == 1 &&
         ::mallopt(M_TOP_PAD, kTopPad) == 1;
#else
  return false;
#endif
}

}  // namespace onecycle
