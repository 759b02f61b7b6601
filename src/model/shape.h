// Sizes: checked, and as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/core/error.h"

namespace onecycle {

inline void require_positive(std::string_view model, std::string_view what, std::int64_t size) {
  require(size >= 1, ErrorKind::usage, model, ": expected ", what, " of at least 1, got ", size,
          "; give a positive size");
}

/// `1,8,8`
inline std::string format_sizes(const std::vector<std::int64_t>& sizes,
                                std::string_view separator = ",") {
  std::vector<std::string> pieces;
  pieces.reserve(sizes.size());
  for (const auto size : sizes) {
    pieces.push_back(cat(size));
  }
  return join(pieces, separator);
}

}  // namespace onecycle
