// What a schedule does, in words.
#pragma once

#include <cstdint>
#include <string>

#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// What `schedule` does to a peak rate of `peak` in a run of `total` iterations, in sentences:
///
///     The rate rises from 0.004 to 0.1 over iterations 0-250, falls to 1e-06 over iterations
///     250-1000. Momentum falls from 0.95 to 0.85 over iterations 0-250, rises to 0.95 over
///     iterations 250-1000. A cycle ends after 1000 updates.
///
/// It is read off the values, so it holds for any schedule. The last iteration named is that of the
/// value which stands after the last update. Of many stretches the first and the last are told.
std::string describe(const Schedule& schedule, double peak, std::int64_t total);

}  // namespace onecycle
