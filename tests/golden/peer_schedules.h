// Schedules of peers that several families of golden cases ask for, in ours.
#pragma once

#include <cstddef>

#include "golden.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle::golden {

/// PyTorch's OneCycleLR for one group. The peer takes momenta for each group, or one for all.
OneCycle torch_one_cycle(const json& params, std::size_t group);

/// PyTorch's CyclicLR for one group, whose peak is `max_lr`.
Schedule torch_cyclic(const json& params, std::size_t group);

/// `policy` with the options that fastai v2's fit_one_cycle was given: pct_start, div, div_final,
/// moms.
OneCycle fastai2_one_cycle(const json& params, OneCycle policy);

}  // namespace onecycle::golden
