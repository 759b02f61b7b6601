#include "onecycle/finder/stop.h"

#include <algorithm>
#include <cmath>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

// Too few losses have no spread: until here it grows with whatever comes.
constexpr std::int64_t kSettling = 10;
constexpr double kRounding = 1e-6;

}  // namespace

void StopDetector::Extent::include(double x) {
  low = std::min(low, x);
  high = std::max(high, x);
}

double StopDetector::Extent::rounding() const {
  return kRounding * std::max(std::abs(low), std::abs(high));
}

StopDetector::StopDetector(StopRule rule) : rule_(rule) {
  require(std::isfinite(rule.factor) && rule.factor >= 1.0, ErrorKind::usage,
          "finder: stop factor: expected a finite number >= 1, got ", rule.factor);
}

bool StopDetector::add(double lr, double raw, double smoothed) {
  ++count_;
  last_lr_ = lr;
  last_raw_ = raw;
  if (rule_.non_finite && !(std::isfinite(raw) && std::isfinite(smoothed))) {
    reason_ = StopReason::non_finite;
    return true;
  }
  const double watched = rule_.watch_raw ? raw : smoothed;
  all_positive_ = all_positive_ && !(raw <= 0.0);  // NaN has no sign
  seen_.include(raw);
  watched_.include(watched);
  bool rose = rule_.judge_first && diverged(watched);
  update_lowest(watched);
  rose = rose || (!rule_.judge_first && diverged(watched));
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

bool StopDetector::diverged(double watched) const {
  if (!lowest_) {
    return false;
  }
  if (!rule_.any_sign || all_positive_) {
    return watched > rule_.factor * *lowest_;
  }
  const double spread = std::max(before_rise_.spread(), before_rise_.rounding());
  // All losses 0: there is no scale yet to call a rise large.
  return spread > 0.0 && watched - *lowest_ > rule_.factor * spread;
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

std::string StopDetector::describe() const {
  const std::string where =
      cat(" at iteration ", count_ - 1, " (rate ", format_brief(last_lr_), ")");
  const std::string_view loss = rule_.watch_raw ? "the loss" : "the smoothed loss";
  switch (reason_) {
    case StopReason::completed:
      return describe_completed();
    case StopReason::diverged:
      if (!rule_.any_sign || all_positive_) {
        return cat(loss, " rose above ", format_brief(rule_.factor), " times its lowest value (",
                   format_brief(*lowest_), ")", where);
      }
      return cat(loss, " rose above its lowest value (", format_brief(*lowest_), ") by more than ",
                 format_brief(rule_.factor), " times the spread of the losses before it (",
                 format_brief(before_rise_.spread()), ")", where);
    case StopReason::non_finite:
      return std::isfinite(last_raw_) ? cat("the smoothed loss was not finite", where)
                                      : cat("the loss was ", last_raw_, where);
    case StopReason::interrupted:
      return cat("interrupted after ", count_, " iterations");
  }
  fail(ErrorKind::internal, "finder: stop reason: expected a known one");
}

std::string StopDetector::describe_completed() const {
  std::string all = cat("all ", count_, " rates were tried");
  if (count_ == 0 || !lowest_) {
    return all;
  }
  if (!(watched_.spread() > watched_.rounding())) {
    return all + "; the loss never changed";
  }
  if (lowest_at_ == 0) {
    return all + "; the loss never fell below its first value";
  }
  if (lowest_at_ == count_ - 1) {
    return cat(all, "; the loss was still falling at the last, ", format_brief(last_lr_));
  }
  return all + "; the loss did not blow up";
}

}  // namespace onecycle
