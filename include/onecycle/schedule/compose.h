// Schedules made of schedules.
#pragma once

#include <cstdint>
#include <vector>

#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// How long one part of a sequence lasts: a share of the run, a number of iterations, or all that
/// the other parts leave.
class Span {
 public:
  static Span share(double fraction) { return {fraction, 0}; }
  static Span iterations(std::int64_t count) { return {0.0, count}; }
  static Span rest() { return {}; }

  [[nodiscard]] bool is_rest() const { return share_ == 0.0 && count_ == 0; }
  [[nodiscard]] double fraction() const { return share_; }
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  Span() = default;
  Span(double share, std::int64_t count) : share_(share), count_(count) {}
  double share_ = 0.0;
  std::int64_t count_ = 0;
};

/// One part of a sequence.
struct Part {
  Schedule schedule;
  Span span = Span::rest();
};

/// The parts after one another, each seeing its own stretch as a whole run. A share is rounded to
/// whole iterations (of the sum of shares so far, so that roundings do not add up); the parts that
/// are called `rest` divide what is left. If counts exceed the run, the later parts are cut off.
/// Throws a usage error if there are no parts, or shares are negative or exceed 1 together.
Schedule sequence(std::vector<Part> parts);

/// Rates multiplied; momentum is that of the last factor which prescribes one.
Schedule product(std::vector<Schedule> factors);

}  // namespace onecycle
