// The falling half of a hyperbolic tangent.
#pragma once

#include <cmath>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// end + (1 - end) (1 - tanh(lb (1 - q) + ub q)) / 2. Source: Hsueh, Li, Wu, arXiv 1806.01593;
/// timm, TanhLRScheduler, one cycle.
struct Tanh {
  double end = 0.0;
  double lb = -7.0;
  double ub = 3.0;

  static constexpr std::string_view name = "tanh";
  static constexpr std::string_view summary = "stays high, then falls along a hyperbolic tangent";
  static constexpr std::string_view source =
      "Hsueh, Li, Wu, arXiv 1806.01593; timm, TanhLRScheduler";
  static constexpr auto fields() {
    return std::tuple{
        field("end", &Tanh::end, "factor", "of the peak rate, nearly reached", kNotNegative),
        field("lb", &Tanh::lb, "number", "where the curve begins"),
        field("ub", &Tanh::ub, "number", "where the curve ends")};
  }

  [[nodiscard]] Values at(Position position) const {
    const double q = position.fraction();
    return {.lr = end + (1.0 - end) * (1.0 - std::tanh(lb * (1.0 - q) + ub * q)) / 2.0};
  }
};

}  // namespace onecycle
