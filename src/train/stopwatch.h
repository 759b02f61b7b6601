// Time in laps.
#pragma once

#include <chrono>

namespace onecycle {

/// Runs from its making on.
class Stopwatch {
 public:
  /// Adds the seconds since the last lap, or the last `skip`, to `sum`.
  void lap(double& sum) {
    const auto now = Clock::now();
    sum += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  /// What has passed since the last lap counts nowhere.
  void skip() { last_ = Clock::now(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
};

}  // namespace onecycle
