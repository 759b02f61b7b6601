// One schedule for all parameter groups, or one for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// What moves the rates of a model's groups, group 0 nearest the input.
class GroupSchedules {
 public:
  /// The same for every group.
  GroupSchedules(Schedule schedule)  // NOLINT(google-explicit-constructor): the common request
      : list_{std::move(schedule)} {}
  template <Policy P>
  GroupSchedules(P policy)  // NOLINT(google-explicit-constructor): a policy is a schedule
      : GroupSchedules(Schedule(std::move(policy))) {}
  /// One a group. Throws a usage error if there is none.
  explicit GroupSchedules(std::vector<Schedule> one_a_group);

  /// Throws a usage error if there is not one for each of `groups` groups, or one of them cannot do
  /// in a run of `total` iterations what it says.
  void check(std::size_t groups, std::int64_t total) const;

  /// The schedule of one group.
  [[nodiscard]] const Schedule& of(std::size_t group) const {
    return list_.size() == 1 ? list_.front() : list_[group];
  }

  /// Calls `act(group, values)` for each of `groups` groups with what is prescribed at `iteration`
  /// of `total`; a schedule that serves several groups in a row is asked once.
  template <class Act>
  void for_each(std::size_t groups, std::int64_t iteration, std::int64_t total, Act act) const {
    Values values = list_.front().at(iteration, total);
    for (std::size_t g = 0; g < groups; ++g) {
      if (g > 0 && list_.size() > 1 && !list_[g].is(list_[g - 1])) {
        values = list_[g].at(iteration, total);
      }
      act(g, std::as_const(values));
    }
  }

  /// The iterations at which a cycle ends, of any group.
  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const;

  /// Names of hyper-parameters beside rate, momentum and weight decay.
  [[nodiscard]] std::vector<std::string> others() const;

  /// In the notation that `parse_group_schedules` reads.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Schedule> list_;
};

/// Reads `A | B | C`, one schedule a group from the input side to the head, or one for all; each as
/// `parse_schedule` does.
GroupSchedules parse_group_schedules(std::string_view text);

}  // namespace onecycle
