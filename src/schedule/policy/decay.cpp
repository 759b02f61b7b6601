#include "onecycle/schedule/policy/decay.h"

#include <algorithm>
#include <cmath>

namespace onecycle {
namespace {

/// How often `size` goes into `t`: from the remainder, which is exact where a quotient is rounded.
double whole_times(double t, double size) { return std::round((t - std::fmod(t, size)) / size); }

/// The first iteration of each multiple of `size`.
Iterations multiples(double size, std::int64_t total) {
  Iterations all;
  const auto last = static_cast<double>(total);
  for (double t = std::max(1.0, std::ceil(size)); t <= last;) {
    all.push_back(static_cast<std::int64_t>(t));
    t = std::max(t + 1.0, std::ceil((whole_times(t, size) + 1.0) * size));
  }
  return all;
}

}  // namespace

Values Step::at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  return {.lr = std::pow(gamma, whole_times(t, size.of(position.total)))};
}

Iterations Step::jumps(std::int64_t total) const { return multiples(size.of(total), total); }

Values MultiStep::at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  const auto passed = std::count_if(milestones.begin(), milestones.end(),
                                    [&](const Length& m) { return m.of(position.total) <= t; });
  return {.lr = std::pow(gamma, static_cast<double>(passed))};
}

Iterations MultiStep::jumps(std::int64_t total) const {
  Iterations all;
  for (const Length& milestone : milestones) {
    const auto t = static_cast<std::int64_t>(std::ceil(milestone.of(total)));
    if (t > 0 && t <= total) {
      all.push_back(t);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void MultiStep::check(std::int64_t total) const {
  for (const Length& milestone : milestones) {
    require(milestone.of(total) <= static_cast<double>(total), ErrorKind::usage,
            "multi_step: milestones: expected them within the run of ", total, " iterations, got ",
            milestone.text());
  }
}

Values ExponentialDecay::at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  const double stretch = every.of(position.total);
  double lr = std::pow(gamma, staircase ? whole_times(t, stretch) : t / stretch);
  if (end) {
    lr = gamma < 1.0 ? std::max(lr, *end) : std::min(lr, *end);
  }
  return {.lr = lr};
}

Iterations ExponentialDecay::jumps(std::int64_t total) const {
  return staircase ? multiples(every.of(total), total) : Iterations{};
}

}  // namespace onecycle
