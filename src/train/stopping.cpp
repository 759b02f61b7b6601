#include "onecycle/train/stopping.h"

#include <cmath>
#include <utility>

#include "onecycle/core/error.h"
#include "train/watched_metric.h"

namespace onecycle {

EarlyStopping::EarlyStopping(EarlyStoppingOptions options, const Run& run)
    : options_(std::move(options)),
      metric_(place_of_metric("early stopping", options_.metric, run)) {
  require(options_.patience >= 1, ErrorKind::usage,
          "early stopping: patience: expected at least 1 epoch, got ", options_.patience);
  require(std::isfinite(options_.min_delta) && options_.min_delta >= 0.0, ErrorKind::usage,
          "early stopping: min_delta: expected a finite number >= 0, got ", options_.min_delta);
}

void EarlyStopping::fit_begin(const FitContext& /*fit*/) {
  any_ = false;
  best_ = 0.0;
  bad_ = 0;
}

Action EarlyStopping::epoch_end(const FitContext& fit, const EpochRecord& epoch) {
  const std::optional<double> value = value_of(epoch, metric_);
  if (!value) {
    return Action::proceed;  // not validated: the fit ends anyway
  }
  const double gain = options_.higher_is_better ? *value - best_ : best_ - *value;
  if (std::isfinite(*value) && (!any_ || gain > options_.min_delta)) {
    best_ = *value;
    any_ = true;
    bad_ = 0;
  } else {
    ++bad_;
  }
  const bool last = fit.epoch + 1 >= fit.epochs;
  return bad_ >= options_.patience && !last ? Action::stop_fit : Action::proceed;
}

std::string EarlyStopping::reason() const {
  if (bad_ < options_.patience) {
    return {};
  }
  return cat("the ", options_.metric, " has not been better than ", format_brief(best_), " for ",
             bad_, bad_ == 1 ? " epoch" : " epochs");
}

void EarlyStopping::state(StateArchive& archive) {
  const std::string prefix = cat("early_stopping.", options_.metric, ".");
  archive.real(prefix + "best", best_);
  archive.flag(prefix + "any", any_);
  archive.integer(prefix + "bad", bad_);
}

TimeBudget::TimeBudget(double seconds) : seconds_(seconds) {
  require(std::isfinite(seconds) && seconds > 0.0, ErrorKind::usage,
          "time budget: expected a finite number of seconds > 0, got ", seconds);
}

void TimeBudget::fit_begin(const FitContext& /*fit*/) {
  if (start_ == std::chrono::steady_clock::time_point{}) {
    start_ = std::chrono::steady_clock::now();
  }
}

double TimeBudget::passed() const {
  if (start_ == std::chrono::steady_clock::time_point{}) {
    return before_;
  }
  return before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

Action TimeBudget::at_rest(const FitContext& fit) {
  return fit.iteration > 0 && passed() >= seconds_ ? Action::stop_fit : Action::proceed;
}

std::string TimeBudget::reason() const {
  return passed() >= seconds_ ? cat("the time budget of ", format_duration(seconds_), " is used up")
                              : std::string();
}

void TimeBudget::state(StateArchive& archive) {
  const double now = passed();
  double saved = now;
  archive.real("time_budget.seconds", saved);
  // A rollback gives no time back.
  if (saved > now) {
    before_ = saved;
    start_ = std::chrono::steady_clock::now();
  }
}

}  // namespace onecycle
