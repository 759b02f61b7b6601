#include "onecycle/schedule/policy/sgdr.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "onecycle/core/error.h"

namespace onecycle {

/// A stretch from one restart to the next.
struct Sgdr::Cycle {
  double index;  // from 0
  double start;
  double length;
};

/// Where cycle `index` begins.
double Sgdr::start_of(double index, std::int64_t total) const {
  const auto cycles_until = [&](double n) {
    return cycle_mult == 1.0 ? n : (std::pow(cycle_mult, n) - 1.0) / (cycle_mult - 1.0);
  };
  if (cycle_len) {
    return std::max(1.0, cycle_len->of(total)) * cycles_until(index);
  }
  return std::round(static_cast<double>(total) * cycles_until(index) /
                    cycles_until(static_cast<double>(cycles)));
}

Sgdr::Cycle Sgdr::cycle_at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  const double last = cycle_len ? HUGE_VAL : static_cast<double>(cycles) - 1.0;
  // An estimate from a logarithm, which rounding may put one beside the truth.
  const double first = std::max(1.0, start_of(1.0, position.total));
  double index =
      cycle_mult == 1.0
          ? std::floor(t / first)
          : std::floor(std::log1p(t / first * (cycle_mult - 1.0)) / std::log(cycle_mult));
  index = std::clamp(index, 0.0, last);
  while (index > 0.0 && start_of(index, position.total) > t) {
    --index;
  }
  double next = start_of(index + 1.0, position.total);
  while (index < last && next <= t) {
    next = start_of(++index + 1.0, position.total);
  }
  double start = start_of(index, position.total);
  if (position.iteration == position.total && start == t && index > 0.0) {
    // After the last update stands the low of the cycle that ends there.
    next = start;
    start = start_of(--index, position.total);
  }
  return {index, start, next - start};
}

void Sgdr::check() const {
  constexpr double kLargest = 1e15;
  require(cycle_len || std::pow(cycle_mult, static_cast<double>(cycles)) <= kLargest,
          ErrorKind::usage, "sgdr: expected cycle_mult to the power cycles below ", kLargest,
          ", got ", cycle_mult, "^", cycles, "; take fewer cycles, or cycle_len");
}

Values Sgdr::at(Position position) const {
  const Cycle cycle = cycle_at(position);
  if (limit && cycle.index >= static_cast<double>(*limit)) {
    return {.lr = end};
  }
  const double q =
      cycle.length > 0.0
          ? std::min(1.0, (static_cast<double>(position.iteration) - cycle.start) / cycle.length)
          : 1.0;
  const double bent = k == 1.0 ? q : std::pow(q, k);
  double height = 0.0;
  switch (shape) {
    case RestartShape::cosine:
      height = (1.0 + std::cos(std::numbers::pi * bent)) / 2.0;
      break;
    case RestartShape::polynomial:
      height = std::pow(1.0 - bent, power);
      break;
    case RestartShape::tanh:
      height = (1.0 - std::tanh(lb * (1.0 - q) + ub * q)) / 2.0;
      break;
  }
  const double top = decay == 1.0 ? 1.0 : std::pow(decay, cycle.index);
  return {.lr = end + (top - end) * height};
}

Iterations Sgdr::cycle_ends(std::int64_t total) const {
  Iterations ends;
  const double last = limit ? static_cast<double>(*limit) : HUGE_VAL;
  for (double i = 1.0; i <= last; ++i) {
    const auto t = static_cast<std::int64_t>(
        std::ceil(std::min(start_of(i, total), static_cast<double>(total) + 1.0)));
    if (t > total || (!cycle_len && i > static_cast<double>(cycles))) {
      break;
    }
    if (t > 0 && (ends.empty() || t > ends.back())) {
      ends.push_back(t);
    }
  }
  return ends;
}

Iterations Sgdr::jumps(std::int64_t total) const {
  Iterations restarts = cycle_ends(total);
  if (!restarts.empty() && restarts.back() == total) {
    restarts.pop_back();  // nothing restarts after the end
  }
  return restarts;
}

}  // namespace onecycle
