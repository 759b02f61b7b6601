// Going back to the last good state, and on from there with a lower rate.
#pragma once

#include <cstdint>

namespace onecycle {

/// After each epoch: if the losses of its iterations rise (see schedule/trend.h), or one of them is
/// not finite, everything is put back as it was before the epoch, and all rates of the rest of the
/// fit are multiplied by `factor`. Otherwise the state after the epoch is the new one to go back
/// to; it costs one copy of the state. Source: dlib, `dnn_trainer`, which does so when it saves.
struct Rollback {
  double probability = 0.99;  ///< (0.5, 1): how sure it must be that the losses rise
  double factor = 0.5;        ///< (0, 1)
  std::int64_t most = 5;  ///< at least 1; after as many returns the fit goes on whatever happens,
                          ///< or ends at a loss that is not finite
};

/// Throws a usage error for options out of range.
void check(const Rollback& rollback);

}  // namespace onecycle
