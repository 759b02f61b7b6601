// What tensors take of the CPU's memory, as LibTorch's allocator reports it: exact, whatever the
// system and other programs do.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>

namespace onecycle {

struct TensorMemory {
  std::int64_t peak = 0;  ///< bytes: the most that was held at once beyond what was held before
  std::int64_t kept = 0;  ///< bytes: what is still held afterwards (negative: given back)
};

/// Follows the allocations of this thread while `work` runs.
inline TensorMemory tensor_memory(const std::function<void()>& work) {
  struct Meter final : c10::MemoryReportingInfoBase {
    TensorMemory memory;
    void reportMemoryUsage(void* /*block*/, std::int64_t size, std::size_t /*allocated*/,
                           std::size_t /*reserved*/, c10::Device /*device*/) override {
      memory.kept += size;
      memory.peak = std::max(memory.peak, memory.kept);
    }
    [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }
  };
  const auto meter = std::make_shared<Meter>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, meter);
  work();
  return meter->memory;
}

}  // namespace onecycle
