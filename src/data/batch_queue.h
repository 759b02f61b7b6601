// Threads that make batches before they are asked for; they come out in order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "onecycle/data/dataset.h"

namespace onecycle {

/// Calls `make` with 0, 1, 2, ... in some threads, each at most `depth` numbers ahead of `pop`.
class BatchQueue {
 public:
  using Make = std::function<Batch(std::int64_t number)>;

  /// `make` is called from several threads at once. `workers` and `depth` are at least 1.
  BatchQueue(Make make, std::int64_t workers, std::int64_t depth);
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;
  /// Waits for batches that are being made; begins no other.
  ~BatchQueue();

  /// The next batch, once it is made; throws what making it threw.
  Batch pop();

 private:
  struct Slot {
    std::optional<Batch> batch;
    std::exception_ptr error;

    [[nodiscard]] bool ready() const { return batch.has_value() || error != nullptr; }
  };

  void work();
  /// The number to make next; nothing if there is no more to do.
  std::optional<std::int64_t> claim();
  Slot& slot_of(std::int64_t number) {
    return slots_[static_cast<std::size_t>(number) % slots_.size()];
  }

  Make make_;
  std::mutex mutex_;  // of all below
  std::condition_variable made_;
  std::condition_variable room_;
  std::vector<Slot> slots_;
  std::int64_t claimed_ = 0;
  std::int64_t popped_ = 0;
  bool stopped_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace onecycle
