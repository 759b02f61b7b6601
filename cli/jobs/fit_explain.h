// What a fit would do, in words or as JSON.
#pragma once

#include <vector>

#include "onecycle/train/learner.h"

namespace onecycle::cli {

/// Prints the plan of `fits`, to be made one after the other, and what they cost, of which a few
/// iterations are timed (and undone). `known`: whether their rates are known; else they are
/// multiples of the one that is to be found.
void explain_fits(Learner& learner, const std::vector<FitOptions>& fits, bool known, bool json);

}  // namespace onecycle::cli
