#include "onecycle/schedule/policy/cyclical.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace onecycle {
namespace {

/// The cycle in which an iteration lies.
struct Cycle {
  double index;   // from 0
  double height;  // 0 at its ends, 1 at its top
};

/// Where cycle `index` of `cycles` begins, in whole iterations, so that the lows are updates.
double start_of(double index, std::int64_t cycles, std::int64_t total) {
  return std::round(index * static_cast<double>(total) / static_cast<double>(cycles));
}

/// A half of less than one update would be passed over: shares of tiny runs are stretched.
double half_of(const Length& length, std::int64_t total) { return std::max(1.0, length.of(total)); }

double rise_of(const Cyclical& policy, std::int64_t total) {
  return half_of(*policy.step_up, total);
}
double period_of(const Cyclical& policy, std::int64_t total) {
  return rise_of(policy, total) + half_of(policy.step_down.value_or(*policy.step_up), total);
}

Cycle cycle_at(const Cyclical& policy, Position position) {
  const auto t = static_cast<double>(position.iteration);
  if (policy.step_up) {
    const double period = period_of(policy, position.total);
    const double rise = rise_of(policy, position.total);
    const double index = std::floor(t / period);
    const double past = t - index * period;
    return {index, past <= rise ? past / rise : (period - past) / (period - rise)};
  }
  const double last = static_cast<double>(policy.cycles) - 1.0;
  double index = std::min(last, std::floor(position.fraction() * (last + 1.0)));
  // Rounded boundaries lie up to half an iteration beside the place where the fraction sees them.
  while (index < last && start_of(index + 1.0, policy.cycles, position.total) <= t) {
    ++index;
  }
  while (index > 0.0 && start_of(index, policy.cycles, position.total) > t) {
    --index;
  }
  const double start = start_of(index, policy.cycles, position.total);
  const double half = (start_of(index + 1.0, policy.cycles, position.total) - start) / 2.0;
  return {index, half > 0.0 ? 1.0 - std::abs((t - start) / half - 1.0) : 0.0};
}

Values values_of(const Cyclical& policy, double height) {
  Values values{.lr = policy.base + (1.0 - policy.base) * height};
  if (policy.cycle_momentum) {
    values.momentum =
        policy.momentum_start - (policy.momentum_start - policy.momentum_peak) * height;
  }
  return values;
}

/// With somebody's own scale function.
class ScaledCyclical final : public detail::AnySchedule {
 public:
  ScaledCyclical(const Cyclical& policy, std::function<double(double)> scale, ScaleBy by)
      : policy_(policy), shared_(policy), scale_(std::move(scale)), by_(by) {
    require(scale_ != nullptr, ErrorKind::usage, "cyclical: scale: expected a function, got none");
  }

  [[nodiscard]] Values at(Position position) const override {
    const Cycle cycle = cycle_at(policy_, position);
    const double x =
        by_ == ScaleBy::cycle ? cycle.index + 1.0 : static_cast<double>(position.iteration);
    return values_of(policy_, cycle.height * scale_(x));
  }
  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const override {
    return shared_.cycle_ends(total);
  }
  [[nodiscard]] Outline outline() const override {
    Outline outline = shared_.outline();
    outline.settings.push_back({"scale", "own"});
    return outline;
  }

 private:
  Cyclical policy_;
  Schedule shared_;  // checks the options
  std::function<double(double)> scale_;
  ScaleBy by_;
};

}  // namespace

void Cyclical::check() const {
  require(step_up || !step_down, ErrorKind::usage,
          "cyclical: step_down: expected step_up beside it, got step_down alone; give both");
}

Values Cyclical::at(Position position) const {
  const Cycle cycle = cycle_at(*this, position);
  double scale = 1.0;
  if (mode == CyclicalMode::triangular2) {
    scale = std::exp2(-cycle.index);
  } else if (mode == CyclicalMode::exp_range) {
    scale = std::pow(gamma, static_cast<double>(position.iteration));
  }
  return values_of(*this, cycle.height * scale);
}

Iterations Cyclical::cycle_ends(std::int64_t total) const {
  Iterations ends;
  const auto add = [&](double end) {
    const auto t = static_cast<std::int64_t>(std::ceil(end));
    if (t > 0 && t <= total && (ends.empty() || t > ends.back())) {
      ends.push_back(t);
    }
  };
  if (!step_up) {
    for (std::int64_t i = 1; i <= std::min(cycles, total); ++i) {
      add(start_of(static_cast<double>(i), std::min(cycles, total), total));
    }
    return ends;
  }
  const double period = period_of(*this, total);
  for (double i = 1.0; i * period <= static_cast<double>(total); ++i) {
    add(i * period);
  }
  return ends;
}

Schedule cyclical(const Cyclical& policy, std::function<double(double)> scale, ScaleBy by) {
  return Schedule(std::make_shared<const ScaledCyclical>(policy, std::move(scale), by));
}

}  // namespace onecycle
