// How far apart two losses must be to differ.
#pragma once

#include <algorithm>
#include <cmath>

namespace onecycle {

/// Losses `a` and `b` that lie no further apart than this are taken as equal: what a mean over a
/// batch in float32 leaves uncertain.
inline double rounding_of(double a, double b) { return 1e-6 * std::max(std::abs(a), std::abs(b)); }

}  // namespace onecycle
