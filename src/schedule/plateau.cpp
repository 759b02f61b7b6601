#include "onecycle/schedule/plateau.h"

#include <cmath>
#include <limits>
#include <utility>

namespace onecycle {

ReduceOnPlateau::ReduceOnPlateau(ReduceOnPlateauOptions options, std::vector<double> peaks)
    : options_(detail::checked(std::move(options))),
      rates_(std::move(peaks), options_.min_lr),
      best_(options_.mode == PlateauMode::min ? std::numeric_limits<double>::infinity()
                                              : -std::numeric_limits<double>::infinity()) {}

bool ReduceOnPlateau::report(double metric) {
  if (is_better(metric)) {
    best_ = metric;
    bad_ = 0;
  } else {
    ++bad_;
  }
  if (cooldown_ > 0) {
    --cooldown_;
    bad_ = 0;
  }
  if (bad_ <= options_.patience) {
    return false;
  }
  cooldown_ = options_.cooldown;
  bad_ = 0;
  const bool any = rates_.cut(options_.factor, options_.eps);
  cuts_ += any ? 1 : 0;
  return any;
}

bool ReduceOnPlateau::is_better(double metric) const {
  const double sign = options_.mode == PlateauMode::min ? -1.0 : 1.0;
  double bar = best_;
  switch (options_.threshold_mode) {
    case PlateauThreshold::rel:
      bar = best_ * (1.0 + sign * options_.threshold);
      break;
    case PlateauThreshold::abs:
      bar = best_ + sign * options_.threshold;
      break;
    case PlateauThreshold::magnitude:
      // An infinite best, the one before any report, would make it infinity minus infinity.
      bar = std::isfinite(best_) ? best_ + sign * options_.threshold * std::abs(best_) : best_;
      break;
  }
  return options_.mode == PlateauMode::min ? metric < bar : metric > bar;
}

void ReduceOnPlateau::restore(const ReduceOnPlateauState& state) {
  rates_.restore(state.rates);
  best_ = state.best;
  bad_ = state.bad;
  cooldown_ = state.cooldown;
  cuts_ = state.cuts;
}

}  // namespace onecycle
