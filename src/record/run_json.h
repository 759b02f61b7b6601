// The part of a run that is no table, as JSON.
#pragma once

#include <string>
#include <string_view>

#include "onecycle/record/run.h"

namespace onecycle {

/// Everything of `run` but its iterations, epochs and the finder's curve.
std::string run_to_json(const Run& run);

/// The reverse. Throws a data error that begins with `source`.
Run run_from_json(std::string_view text, std::string_view source);

}  // namespace onecycle
