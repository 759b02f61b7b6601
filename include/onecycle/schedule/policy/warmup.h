// A rise to the peak rate, to be put before, or over the beginning of, any other schedule.
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// How a warm-up rises from 0 to 1 with the position q, and a decay falls (q being what is left).
enum class RampShape {
  linear,  ///< q
  cosine,  ///< (1 - cos(pi q)) / 2
  sqrt     ///< 1 - sqrt(1 - q) ("1-sqrt": Hägele et al., arXiv 2405.18392)
};
constexpr std::array<std::string_view, 3> names_of(RampShape) {
  return {"linear", "cosine", "sqrt"};
}

/// The ramp's height at `q` in [0, 1].
inline double ramp(RampShape shape, double q) {
  switch (shape) {
    case RampShape::cosine:
      return 0.5 * (1.0 - std::cos(std::numbers::pi * q));
    case RampShape::sqrt:
      return 1.0 - std::sqrt(1.0 - q);
    case RampShape::linear:
      break;
  }
  return q;
}

/// From `start` (a factor of the peak rate) to the peak, which it reaches after its last update:
/// `warmup(5%) then cosine`, or as timm without `warmup_prefix`, `warmup(5%) over cosine`.
struct Warmup {
  double start = 0.0;
  RampShape shape = RampShape::linear;

  static constexpr std::string_view name = "warmup";
  static constexpr std::string_view summary =
      "a rise to the peak rate: warmup(5%) then cosine, or over the beginning of another";
  static constexpr std::string_view source =
      "Goyal et al., arXiv 1706.02677; timm, warmup_t; transformers, num_warmup_steps";
  static constexpr auto fields() {
    return std::tuple{
        field("start", &Warmup::start, "factor", "of the peak rate, first", kNotNegative),
        field("shape", &Warmup::shape, "choice", "the curve of the rise")};
  }

  [[nodiscard]] Values at(Position position) const {
    return {.lr = start + (1.0 - start) * ramp(shape, position.fraction())};
  }
};

}  // namespace onecycle
