#include "onecycle/schedule/length.h"

#include "onecycle/core/text.h"

namespace onecycle {
namespace {
constexpr double kLongest = 1e15;  // a double counts iterations exactly up to here
}

std::optional<Length> Length::parse(std::string_view text) {
  text = trim(text);
  const bool is_percent = text.ends_with('%');
  const auto amount = parse_number(is_percent ? text.substr(0, text.size() - 1) : text);
  if (!amount || !(*amount >= 0.0) || *amount > (is_percent ? 100.0 : kLongest)) {
    return std::nullopt;
  }
  return is_percent ? percent(*amount) : iterations(*amount);
}

std::string Length::text() const {
  if (is_rest()) {
    return "rest";
  }
  return cat(amount_, is_share() ? "%" : "");
}

}  // namespace onecycle
