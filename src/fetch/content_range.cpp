#include "fetch/content_range.h"

#include "onecycle/core/text.h"

namespace onecycle {

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  const auto dash = text.find('-');
  const auto slash = text.find('/');
  if (!text.starts_with(kUnit) || dash == std::string_view::npos ||
      slash == std::string_view::npos || slash < dash) {
    return std::nullopt;
  }
  const auto first = parse_integer(text.substr(kUnit.size(), dash - kUnit.size()));
  const auto last = parse_integer(text.substr(dash + 1, slash - dash - 1));
  const std::string_view whole = text.substr(slash + 1);
  const auto total = parse_integer(whole);
  if (!first || !last || *first < 0 || *last < *first || (!total && whole != "*") ||
      (total && *total <= *last)) {
    return std::nullopt;
  }
  return ContentRange{.first = *first, .last = *last, .total = total};
}

}  // namespace onecycle
