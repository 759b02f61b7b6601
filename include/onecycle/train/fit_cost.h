// What training will cost, measured before it begins.
#pragma once

#include <cstdint>

#include "onecycle/train/learner.h"

namespace onecycle {

struct FitCost {
  double iteration_seconds = 0.0;   ///< of one weight update: the median of three
  double validation_seconds = 0.0;  ///< of one pass over the validation set; 0 without one
  /// Parameters and buffers.
  std::int64_t weights_bytes = 0;
  /// All that training depends on once it runs: weights, gradients, what the optimizer remembers.
  /// The finder's copy takes as much again. What the layers keep for the backward pass is not in
  /// it.
  std::int64_t state_bytes = 0;
  /// The most that this process has taken so far of the memory of the machine (not of a GPU), with
  /// data, libraries and layers.
  std::int64_t process_bytes = 0;
};

/// Makes five iterations at a rate that is almost 0, of which it times the last three, and
/// validates on a few batches. Everything is put back bit for bit, also after an exception. Throws
/// a diverged error if the loss is not finite from the start.
FitCost measure_cost(Learner& learner);

}  // namespace onecycle
