// Independent pieces of work in several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace onecycle {

/// Calls `work(i)` for 0 .. `count` - 1 in `threads` threads (0: one for each processor), in about
/// that order. If one throws, the rest is not begun and the exception is thrown here.
template <class Work>
void parallel_for(std::int64_t count, int threads, const Work& work) {
  std::atomic<std::int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      for (std::int64_t i = next++; i < count; i = next++) {
        work(i);
      }
    } catch (...) {
      next = count;
      const std::scoped_lock lock(mutex);
      failure = failure ? failure : std::current_exception();
    }
  };
  const std::int64_t wanted =
      threads > 0 ? threads : static_cast<std::int64_t>(std::thread::hardware_concurrency());
  std::vector<std::jthread> helpers;
  for (std::int64_t i = 1; i < std::min(wanted, count); ++i) {
    helpers.emplace_back(run);
  }
  run();
  helpers.clear();  // joins them
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace onecycle
