// What a server says about the piece of a file that it sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace onecycle {

struct ContentRange {
  std::int64_t first = 0;
  std::int64_t last = 0;              ///< inclusive
  std::optional<std::int64_t> total;  ///< the whole file, if the server knows
};

/// Reads `bytes 100-199/1000` or `bytes 100-199/*`; nothing if it is neither. Source: RFC 9110,
/// section 14.4.
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace onecycle
