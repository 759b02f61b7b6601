// The Transformer's schedule: a linear rise, then one over the square root of the iteration.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// t / w for t < w, then 1 / sqrt((t + s - w) / s), where w is `warmup` and s is `timescale`: by
/// default w, or 10,000 without a warm-up. It has no end: a longer run only goes on.
/// Source: Vaswani et al., arXiv 1706.03762; transformers, get_inverse_sqrt_schedule.
struct InverseSqrt {
  Length warmup = Length::share(0.1);
  std::optional<Length> timescale = {};

  static constexpr std::string_view name = "inverse_sqrt";
  static constexpr std::string_view summary =
      "a linear rise, then one over the square root of the iteration";
  static constexpr std::string_view source =
      "Vaswani et al., arXiv 1706.03762; transformers, get_inverse_sqrt_schedule";
  static constexpr auto fields() {
    return std::tuple{
        field("warmup", &InverseSqrt::warmup, "length", "of the rise from 0", kNotNegative),
        field("timescale", &InverseSqrt::timescale, "length", "the larger, the slower it falls",
              kSomeLength, "warmup, or 10000 without")};
  }

  [[nodiscard]] Values at(Position position) const {
    const auto t = static_cast<double>(position.iteration);
    const double rise = warmup.of(position.total);
    if (t < rise) {
      return {.lr = t / rise};
    }
    constexpr double kWithoutWarmup = 10'000.0;
    const double scale =
        timescale ? timescale->of(position.total) : (rise > 0.0 ? rise : kWithoutWarmup);
    return {.lr = 1.0 / std::sqrt((t + scale - rise) / scale)};
  }
};

}  // namespace onecycle
