#include "onecycle/finder/stop.h"

#include <algorithm>
#include <cmath>

#include "finder/rounding.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

// Too few losses have no spread: until here it grows with whatever comes.
constexpr std::int64_t kSettling = 10;

}  // namespace

void StopDetector::Extent::include(double x) {
  low = std::min(low, x);
  high = std::max(high, x);
}

double StopDetector::Extent::rounding() const { return rounding_of(low, high); }

StopDetector::StopDetector(StopRule rule) : rule_(rule) {
  require(std::isfinite(rule.factor) && rule.factor >= 1.0, ErrorKind::usage,
          "finder: stop factor: expected a finite number >= 1, got ", rule.factor);
}

bool StopDetector::counts_as_number(double loss) const {
  return rule_.only_nan ? !std::isnan(loss) : std::isfinite(loss);
}

double StopDetector::watched(const Event& event) const {
  return rule_.watch_raw ? event.raw : event.smoothed;
}

bool StopDetector::add(double lr, double raw, double smoothed) {
  last_ = {.iteration = count_++, .lr = lr, .raw = raw, .smoothed = smoothed};
  if (!non_finite_ && !(std::isfinite(raw) && std::isfinite(smoothed))) {
    non_finite_ = last_;
  }
  if (rule_.non_finite && !(counts_as_number(raw) && counts_as_number(smoothed))) {
    reason_ = StopReason::non_finite;
    return true;
  }
  const double now = watched(last_);
  first_ = count_ == 1 ? now : first_;
  all_positive_ = all_positive_ && !(raw <= 0.0);  // NaN has no sign
  seen_.include(raw);
  watched_.include(now);
  bool rose = rule_.judge_first && diverged(now);
  update_lowest(now);
  rose = rose || (!rule_.judge_first && diverged(now));
  if (rose && !rise_) {
    rise_ = last_;
  }
  if (rose && rule_.divergence) {
    reason_ = StopReason::diverged;
    return true;
  }
  return false;
}

void StopDetector::update_lowest(double watched) {
  const std::int64_t k = count_ - 1;
  if (k >= rule_.lowest_from && (!lowest_ || watched < *lowest_)) {
    lowest_ = watched;
    lowest_at_ = k;
  }
  if (lowest_at_ == k || k < kSettling) {
    before_rise_ = seen_;
  }
}

double StopDetector::spread() const {
  return std::max(before_rise_.spread(), before_rise_.rounding());
}

bool StopDetector::diverged(double watched) const {
  if (!lowest_) {
    return false;
  }
  if (!rule_.any_sign || all_positive_) {
    return watched > rule_.factor * *lowest_;
  }
  // All losses 0: there is no scale yet to call a rise large.
  return spread() > 0.0 && watched - *lowest_ > rule_.factor * spread();
}

void StopDetector::interrupt() { reason_ = StopReason::interrupted; }

bool StopDetector::keeps_last() const {
  switch (reason_) {
    case StopReason::diverged:
      return rule_.keep_diverged;
    case StopReason::non_finite:
      return rule_.keep_non_finite;
    case StopReason::completed:
    case StopReason::interrupted:
      break;
  }
  return true;
}

std::string StopDetector::Event::where() const {
  return cat(" at iteration ", iteration, " (rate ", format_brief(lr), ")");
}

std::string StopDetector::Event::describe_non_finite() const {
  if (std::isfinite(raw)) {
    return cat("the smoothed loss overflowed to ", smoothed, where());
  }
  return cat("the loss was ", raw, where(),
             iteration == 0 ? ", before the first update: look at the model and the data, the rate "
                              "has changed nothing yet"
                            : "");
}

std::string StopDetector::describe_rise() const {
  const std::string_view loss = rule_.watch_raw ? "the loss" : "the smoothed loss";
  const std::string lowest = format_brief(*lowest_);
  const std::string factor = format_brief(rule_.factor);
  if (!rule_.any_sign || all_positive_) {
    return cat(loss, " rose above ", factor, " times its lowest value (", lowest, ")",
               last_.where(),
               all_positive_ ? "" : ", which says nothing: not all losses were positive");
  }
  return cat(loss, " rose above its lowest value (", lowest, ") by more than ", factor,
             " times the spread of the losses before it (", format_brief(spread()), ")",
             last_.where());
}

std::string StopDetector::describe() const {
  switch (reason_) {
    case StopReason::completed:
      return cat("all ", count_, " rates were tried", describe_completed());
    case StopReason::diverged:
      return describe_rise();
    case StopReason::non_finite:
      return last_.describe_non_finite();
    case StopReason::interrupted:
      return cat("interrupted after ", count_, " iterations");
  }
  fail(ErrorKind::internal, "finder: stop reason: expected a known one");
}

/// What follows `all 100 rates were tried`.
std::string StopDetector::describe_completed() const {
  if (non_finite_) {
    return cat("; this sweep was not to stop there, but ", non_finite_->describe_non_finite());
  }
  if (count_ == 0 || !lowest_) {
    return {};
  }
  if (rise_) {
    return cat("; this sweep was not to stop there, but the loss had blown up", rise_->where());
  }
  if (!(watched_.spread() > watched_.rounding())) {
    return "; the loss never changed";
  }
  if (!(*lowest_ < first_)) {
    return "; the loss never fell below its first value";
  }
  const std::string rate = format_brief(last_.lr);
  if (lowest_at_ == count_ - 1) {
    return cat("; the loss was still falling at the last, ", rate);
  }
  if (watched(last_) - *lowest_ <= watched_.rounding()) {
    return cat("; the loss never rose again up to the last, ", rate);
  }
  return cat("; the loss did not blow up: at the last, ", rate, ", it was ",
             format_brief(watched(last_)), ", its lowest value ", format_brief(*lowest_));
}

}  // namespace onecycle
