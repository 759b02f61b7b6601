#include "onecycle/schedule/field_value.h"

namespace onecycle {

std::optional<Knot> Knot::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const auto at = Length::parse(text.substr(0, colon));
  const auto value = parse_number(text.substr(colon + 1));
  return at && value ? std::optional(Knot{*at, *value}) : std::nullopt;
}

}  // namespace onecycle
