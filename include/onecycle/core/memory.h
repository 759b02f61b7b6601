// The memory that the system has to give, and how the C library takes it.
#pragma once

#include <cstdint>
#include <optional>

namespace onecycle {

/// Bytes that programs can still take without swapping: `MemAvailable` of /proc/meminfo. Limits of
/// a container are not in it. Nothing where the system does not say.
std::optional<std::int64_t> available_memory();

/// Has the C library keep memory that was given back, instead of returning it to the system at once
/// and asking again: glibc maps every block above 128 KiB (32 MiB at most) afresh, and the system
/// then clears it page by page. A training step gives back and takes its activations each time:
/// EFFECT
/// For programs, at their start: it holds for the whole process, which keeps its highest use of
/// memory. Does nothing with another C library. False if there is nothing done.
bool keep_freed_memory();

}  // namespace onecycle
