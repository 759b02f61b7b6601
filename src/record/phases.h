// The list of the phases of an epoch.
#pragma once

#include <array>

#include "onecycle/record/run.h"

namespace onecycle {

struct TimedPhase {
  const char* name;
  double PhaseSeconds::*seconds;
};

inline constexpr std::array kTimedPhases{
    TimedPhase{"data", &PhaseSeconds::data}, TimedPhase{"forward", &PhaseSeconds::forward},
    TimedPhase{"backward", &PhaseSeconds::backward}, TimedPhase{"update", &PhaseSeconds::update},
    TimedPhase{"validation", &PhaseSeconds::validation}};

}  // namespace onecycle
