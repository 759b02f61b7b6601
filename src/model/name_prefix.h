// What wrappers and checkpoints put before the names of a module's tensors.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "onecycle/model/weights.h"

namespace onecycle {

struct StrippedNames {
  NamedTensors tensors;
  std::string prefix;                ///< what was taken off
  std::vector<std::string> ignored;  ///< names outside of a container such as `state_dict`
};

/// Takes the prefix off that makes the most names known: any sequence of those in use.
StrippedNames strip_prefix(const NamedTensors& tensors,
                           const std::unordered_set<std::string>& known);

}  // namespace onecycle
