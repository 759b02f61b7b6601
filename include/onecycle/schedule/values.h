// Where in a run a schedule is asked, and what it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace onecycle {

/// A place in a run: update `iteration` of `total` updates.
struct Position {
  std::int64_t iteration = 0;  ///< from 0; `total` means: after the last update
  std::int64_t total = 1;      ///< at least 1

  /// The part of the run that lies behind, in [0, 1].
  [[nodiscard]] double fraction() const {
    return static_cast<double>(iteration) / static_cast<double>(total);
  }
};

/// The value of a hyper-parameter that has no member in `Values`.
struct NamedValue {
  std::string_view name;  ///< lives as long as the schedule
  double value = 0.0;
};

/// What a schedule prescribes at one position, for every group alike.
struct Values {
  double lr = 1.0;  ///< multiplies the peak rate of each group
  /// SGD's momentum or Adam's beta1; nothing: as it is.
  std::optional<double> momentum = {};
  /// Multiplies the weight decay of each group; nothing: as it is.
  std::optional<double> weight_decay = {};
  /// Any others, by the names that `with_parameter` gave them.
  std::vector<NamedValue> others = {};
};

}  // namespace onecycle
