// What a fit is going to do, before it does anything.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "onecycle/train/learner.h"

namespace onecycle {

/// One group in a fit.
struct GroupPlan {
  std::string name;
  std::int64_t parameters = 0;  ///< numbers in its tensors
  std::int64_t decaying = 0;    ///< those that weight decay acts on
  std::vector<double> lr;       ///< one an iteration, if nothing but the schedule moves it
  std::vector<double> momentum;
  std::vector<double> weight_decay;
  /// First and last epoch, from 0, of each stretch during which the group is frozen.
  std::vector<std::pair<std::int64_t, std::int64_t>> frozen;
};

/// A whole fit. What the recorder then logs is the same, unless callbacks step in.
struct FitPlan {
  std::int64_t epochs = 0;
  std::int64_t iterations = 0;  ///< weight updates
  std::int64_t iterations_per_epoch = 0;
  std::int64_t batches = 0;
  std::int64_t examples = 0;
  std::int64_t last_window = 0;  ///< batches in the last iteration of an epoch
  std::vector<GroupPlan> groups;
};

/// Throws what `Learner::check` throws.
FitPlan plan_fit(Learner& learner, const FitOptions& options);

}  // namespace onecycle
