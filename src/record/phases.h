// The list of the phases of an epoch.
#pragma once

#include <array>

#include "onecycle/record/run.h"

namespace onecycle {

struct Phase {
  const char* name;
  double PhaseSeconds::*seconds;
};

inline constexpr std::array kPhases{
    Phase{"data", &PhaseSeconds::data}, Phase{"forward", &PhaseSeconds::forward},
    Phase{"backward", &PhaseSeconds::backward}, Phase{"update", &PhaseSeconds::update},
    Phase{"validation", &PhaseSeconds::validation}};

}  // namespace onecycle
