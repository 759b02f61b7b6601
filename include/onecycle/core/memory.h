// The memory that the system has to give.
#pragma once

#include <cstdint>
#include <optional>

namespace onecycle {

/// Bytes that programs can still take without swapping: `MemAvailable` of /proc/meminfo. Limits of
/// a container are not in it. Nothing where the system does not say.
std::optional<std::int64_t> available_memory();

}  // namespace onecycle
