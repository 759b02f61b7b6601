// Cyclical rates as the golden files of several peers ask for them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "golden.h"
#include "onecycle/schedule/policy/cyclical.h"

namespace onecycle::golden {

/// The peer's own scale functions, which the files name by their formulas; none where the mode
/// counts.
std::optional<std::function<double(double)>> scale_function(const json& params);

/// The schedule for one group. `up` and `down`: lengths of the halves.
Schedule cyclical_of(const json& params, double base_lr, double max_lr, double up, double down,
                     Cyclical policy = {});

}  // namespace onecycle::golden
