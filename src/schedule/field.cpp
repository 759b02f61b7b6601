#include "onecycle/schedule/field.h"

#include <cmath>

namespace onecycle {

std::string Range::text() const {
  const bool bounded_low = std::isfinite(low);
  const bool bounded_high = std::isfinite(high);
  if (!bounded_low && !bounded_high) {
    return "a number";
  }
  if (!bounded_high) {
    return cat("a number ", low_open ? "> " : ">= ", low);
  }
  if (!bounded_low) {
    return cat("a number ", high_open ? "< " : "<= ", high);
  }
  return cat("a number in ", low_open ? "(" : "[", low, ", ", high, high_open ? ")" : "]");
}

}  // namespace onecycle
