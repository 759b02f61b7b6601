// Curves for the tests of suggestion rules.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <random>

#include "onecycle/finder/suggest.h"
#include "onecycle/finder/sweep.h"

namespace onecycle {

/// `loss(k)` over fastai's grid.
inline Curve curve(std::size_t count, const std::function<double(double k)>& loss) {
  Curve made;
  const Sweep sweep{.num_it = static_cast<std::int64_t>(count)};
  for (std::size_t k = 0; k < count; ++k) {
    made.lr.push_back(sweep.rate(static_cast<std::int64_t>(k)));
    made.loss.push_back(loss(static_cast<double>(k)));
  }
  return made;
}

inline double u_shape(double k) {
  return 0.4 + 2.0 / (1.0 + std::exp((k - 55.0) / 4.0)) + std::exp((k - 90.0) / 3.0);
}

/// A random curve, sometimes with many ties.
inline Curve random_curve(std::mt19937_64& random, std::size_t count) {
  const bool ties = random() % 2 == 0;
  return curve(count, [&](double k) {
    const double noise = std::uniform_real_distribution(0.0, 1.0)(random);
    return ties ? std::floor(8.0 * noise) : u_shape(100.0 * k / static_cast<double>(count)) + noise;
  });
}

}  // namespace onecycle
