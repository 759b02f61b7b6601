// Schedules as JSON, for run folders and for other programs.
#pragma once

#include <string>
#include <string_view>

#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// The schedule as one JSON object, every option spelled out:
///
///     {"policy": "one_cycle", "convention": "fastai2", "div": 25, ...}
///     {"sequence": [{"policy": "warmup", "for": "5%", ...}, {"policy": "cosine", ...}]}
///     {"over": [{..., "for": 100}, {...}]}, {"product": [...]}, {"chain": [...]}
///     {"with": "momentum", "schedule": {...}, "value": {...}}
///
/// Lengths are numbers of iterations or strings such as `"5%"`.
std::string schedule_to_json(const Schedule& schedule);

/// Reads what `schedule_to_json` writes; a string stands for the notation of `parse_schedule`.
/// Throws a usage error that begins with `source` and says where in the JSON (`/sequence/0/end`)
/// or at which byte.
Schedule schedule_from_json(std::string_view text, std::string_view source);

}  // namespace onecycle
