#include "onecycle/schedule/policy/wsd.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "onecycle/core/error.h"

namespace onecycle {

void Wsd::check(std::int64_t total) const {
  const double both = warmup.of(total) + decay.of(total);
  require(both <= static_cast<double>(total) * (1.0 + 1e-12), ErrorKind::usage,
          "wsd: expected warmup (", warmup.text(), ") and decay (", decay.text(),
          ") to fit into the run of ", total, " iterations, got ", both, "; shorten one of them");
}

Values Wsd::at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  const auto total = static_cast<double>(position.total);
  const double rise = warmup.of(position.total);
  const double fall = decay.of(position.total);
  double height = 1.0;
  if (t < rise) {
    height = ramp(warmup_shape, t / rise);
  } else if (const double start = std::max(rise, total - fall); t >= start && fall > 0.0) {
    const double q = std::min(1.0, (t - start) / fall);
    height = decay_shape == RampShape::cosine
                 ? 0.5 * (1.0 + std::cos(std::numbers::pi * 2.0 * waves * q))
                 : ramp(decay_shape, 1.0 - q);
  }
  return {.lr = end + (1.0 - end) * height};
}

}  // namespace onecycle
