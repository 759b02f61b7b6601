// A schedule for somebody's own training loop and any `torch::optim::Optimizer`.
#pragma once

#include <cstdint>
#include <vector>

#include "onecycle/schedule/group_schedules.h"
#include "onecycle/schedule/rates.h"

namespace torch::optim {
class Optimizer;
}

namespace onecycle {

/// Writes a schedule's rate, and momentum (or beta1) and weight decay where it prescribes them,
/// into every group of an optimizer:
///
///     Scheduler scheduler(optimizer, OneCycle{}, 0.1, total);
///     for (...) {
///       ...
///       optimizer.step();
///       scheduler.step();
///     }
///
/// An iteration is one weight update: with accumulated gradients call `step` once an update, not
/// once a batch. Momentum is written for SGD and RMSprop that were made with momentum, and for
/// Adam and AdamW as beta1; other optimizers and SGD without momentum keep what they have. Weight
/// decay is what each group was made with, times the schedule's factor.
class Scheduler {
 public:
  /// Sets the values of iteration 0. `optimizer` must outlive the scheduler. Throws a usage error
  /// if `total` is less than 1, rates or schedules do not fit the optimizer's groups, a schedule
  /// cannot do in `total` iterations what it says, or it moves a hyper-parameter that is not known
  /// here.
  Scheduler(torch::optim::Optimizer& optimizer, GroupSchedules schedule, const Rates& peaks,
            std::int64_t total);

  /// To be called after each update: sets the values of the next iteration. Past the end the last
  /// values stay.
  void step() { seek(iteration_ + 1); }

  /// Sets the values of `iteration`, for resuming: nothing before it needs to be replayed.
  void seek(std::int64_t iteration);

  /// From the next `step` or `seek` on the schedule multiplies these: the rates of a
  /// `ReduceOnPlateau`, as an example. Throws a usage error unless they fit the groups.
  void set_peaks(const Rates& peaks) { peaks_ = peaks.for_groups(peaks_.size()); }

  [[nodiscard]] std::int64_t iteration() const { return iteration_; }
  [[nodiscard]] std::int64_t total() const { return total_; }
  /// The rates in force, one a group.
  [[nodiscard]] std::vector<double> rates() const;

 private:
  torch::optim::Optimizer& optimizer_;
  GroupSchedules schedule_;
  std::vector<double> peaks_;
  std::vector<double> weight_decays_;  // one a group, as the optimizer was made
  std::vector<bool> has_momentum_;     // one a group, as the optimizer was made
  std::int64_t total_;
  std::int64_t iteration_ = 0;
};

}  // namespace onecycle
