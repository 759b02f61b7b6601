#include "onecycle/schedule/policy/sgdr.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr double kMostCycles = 9e15;  // whole numbers end here

/// base^n for a whole n: a few products, where the general power costs as much as all else here.
double power_of(double base, double n) {
  double result = 1.0;
  for (auto left = static_cast<std::uint64_t>(n); left > 0; left /= 2) {
    result *= left % 2 == 1 ? base : 1.0;
    base *= base;
  }
  return result;
}

/// How long the first `n` cycles are together, in lengths of the first one.
double sum_of(double cycle_mult, double n) {
  return cycle_mult == 1.0 ? n : (power_of(cycle_mult, n) - 1.0) / (cycle_mult - 1.0);
}

/// How many cycles are over when `sum` lengths of the first one are; rounding may miss it by one.
double count_in(double cycle_mult, double sum) {
  return std::floor(
      cycle_mult == 1.0 ? sum : std::log1p(sum * (cycle_mult - 1.0)) / std::log(cycle_mult));
}

}  // namespace

/// A stretch from one restart to the next.
struct Sgdr::Cycle {
  double index;  // from 0
  double start;
  double length;
};

/// In iterations, not rounded.
double Sgdr::first_length(std::int64_t total) const {
  return cycle_len ? std::max(1.0, cycle_len->of(total))
                   : static_cast<double>(total) / sum_of(cycle_mult, static_cast<double>(cycles));
}

/// Where cycle `index` begins; those that fill the run have whole iterations.
double Sgdr::start_of(double index, std::int64_t total) const {
  const double start = first_length(total) * sum_of(cycle_mult, index);
  return cycle_len ? start : std::round(start);
}

/// The cycle in which `t` lies, before its ends are rounded.
Sgdr::Cycle Sgdr::unrounded_cycle_at(double t, double first) const {
  // Cycles that grow fast are few, and counted faster than their logarithm is taken.
  constexpr double kFast = 1.25;
  const double last = cycle_len ? HUGE_VAL : static_cast<double>(cycles) - 1.0;
  // An end that is rounded is reached half an iteration early.
  const double here = cycle_len ? t : std::nextafter(t + 0.5, 0.0);
  Cycle cycle{0.0, 0.0, first};
  if (cycle_mult < kFast) {
    const double before = std::max(0.0, count_in(cycle_mult, here / first) - 1.0);
    cycle.index = std::min(before, last);
    cycle.start = first * sum_of(cycle_mult, cycle.index);
    cycle.length = first * (cycle_mult == 1.0 ? 1.0 : power_of(cycle_mult, cycle.index));
  }
  while (cycle.index < last && cycle.start + cycle.length <= here) {
    const double next = cycle.start + cycle.length;
    if (next == cycle.start) {
      break;  // beyond the precision of numbers
    }
    cycle = {cycle.index + 1.0, next, cycle.length * cycle_mult};
  }
  return cycle;
}

Sgdr::Cycle Sgdr::cycle_at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  Cycle cycle = unrounded_cycle_at(t, first_length(position.total));
  if (!cycle_len) {
    const double start = std::round(cycle.start);
    cycle.length = std::round(cycle.start + cycle.length) - start;
    cycle.start = start;
  }
  if (position.iteration == position.total && cycle.start == t && cycle.index > 0.0) {
    // After the last update stands the low of the cycle that ends there.
    cycle.index -= 1.0;
    cycle.length = t - start_of(cycle.index, position.total);
    cycle.start = t - cycle.length;
  }
  return cycle;
}

void Sgdr::check() const {
  constexpr double kLargest = 1e15;
  require(cycle_len || power_of(cycle_mult, static_cast<double>(cycles)) <= kLargest,
          ErrorKind::usage, "sgdr: expected cycle_mult to the power cycles below ", kLargest,
          ", got ", cycle_mult, "^", cycles, "; take fewer cycles, or cycle_len");
}

Values Sgdr::at(Position position) const {
  const Cycle cycle = cycle_at(position);
  if (limit && cycle.index >= static_cast<double>(*limit)) {
    return {.lr = end};
  }
  const double past = static_cast<double>(position.iteration) - cycle.start;
  const double q = cycle.length > 0.0 ? std::clamp(past / cycle.length, 0.0, 1.0) : 1.0;
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
  const double top = decay == 1.0 ? 1.0 : power_of(decay, std::min(cycle.index, kMostCycles));
  return {.lr = end + (top - end) * height};
}

Iterations Sgdr::cycle_ends(std::int64_t total) const {
  Iterations ends;
  const double most = limit ? static_cast<double>(*limit) : HUGE_VAL;
  const double last = cycle_len ? most : std::min(most, static_cast<double>(cycles));
  const auto run = static_cast<double>(total);
  for (double i = 1.0; i <= last && start_of(i, total) <= run; ++i) {
    const auto t = static_cast<std::int64_t>(std::ceil(start_of(i, total)));
    if (t > 0 && t <= total && (ends.empty() || t > ends.back())) {
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
