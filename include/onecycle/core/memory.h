// The memory that the system has to give, and how the C library takes it.
#pragma once

#include <cstdint>
#include <optional>

namespace onecycle {

/// Bytes that programs can still take without swapping: `MemAvailable` of /proc/meminfo. Limits of
/// a container are not in it. Nothing where the system does not say.
std::optional<std::int64_t> available_memory();

/// Has the C library keep memory that was given back for the next use. By default glibc takes every
/// block above 128 KiB (up to 32 MiB, it adapts) from the system and returns it at once, and the
/// system clears it anew, page by page. Activations of a convolutional net are such blocks, taken
/// and returned in each step: for two convolutions of 64 channels on 128 images of 32 x 32, this
/// brought 114,889 page faults a step to 2,457, 883 ms of processor time to 554 (medians of 3), and
/// the most memory in use from 385 MiB to 649.
///
/// It holds for the whole process, so it is for programs, at their start; libraries should not.
/// False where it cannot be done: with other C libraries.
bool keep_freed_memory();

}  // namespace onecycle
