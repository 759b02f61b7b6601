// What a sweep would try, in words or as JSON.
#pragma once

#include "onecycle/train/learner.h"

namespace onecycle::cli {

/// Prints which rates the finder would try on `learner`, at the cost of how much data, time and
/// memory, of which a few iterations are timed (and undone).
void explain_find(const FindOptions& options, Learner& learner, bool json);

}  // namespace onecycle::cli
