// PyTorch's schedulers, as the golden files describe them, in our schedules.
#pragma once

#include "golden.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle::golden {

/// The scheduler called `type` (`LinearLR`, `CosineAnnealingLR`, ...) with the options in `params`,
/// for a group whose initial rate is `peak`. Throws a usage error where we refuse it, too.
Schedule torch_schedule(const std::string& type, const json& params, double peak);

/// Compares `expected.lr`, `expected.lr_after` and, for kinds of errors, the refusal with
/// `schedule(peak)` for each rate of `params.initial_lr`. The run goes on after the steps recorded.
void expect_schedule(const Case& c, const std::function<Schedule(double peak)>& schedule);

}  // namespace onecycle::golden
