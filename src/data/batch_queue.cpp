#include "data/batch_queue.h"

#include <utility>

#include "data/one_thread.h"

namespace onecycle {

BatchQueue::BatchQueue(Make make, std::int64_t workers, std::int64_t depth)
    : make_(std::move(make)), slots_(static_cast<std::size_t>(depth)) {
  threads_.reserve(static_cast<std::size_t>(workers));
  for (std::int64_t i = 0; i < workers; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

BatchQueue::~BatchQueue() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  room_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

Batch BatchQueue::pop() {
  Slot taken;
  {
    std::unique_lock lock(mutex_);
    Slot& next = slot_of(popped_);
    made_.wait(lock, [&] { return next.ready(); });
    taken = std::exchange(next, {});
    ++popped_;
  }
  room_.notify_one();
  if (taken.error != nullptr) {
    std::rethrow_exception(taken.error);
  }
  return *std::move(taken.batch);
}

std::optional<std::int64_t> BatchQueue::claim() {
  std::unique_lock lock(mutex_);
  const auto depth = static_cast<std::int64_t>(slots_.size());
  room_.wait(lock, [&] { return stopped_ || claimed_ - popped_ < depth; });
  return stopped_ ? std::nullopt : std::optional(claimed_++);
}

void BatchQueue::work() {
  use_one_thread();
  while (const auto number = claim()) {
    Slot made;
    try {
      made.batch = make_(*number);
    } catch (...) {
      made.error = std::current_exception();
    }
    {
      const std::scoped_lock lock(mutex_);
      slot_of(*number) = std::move(made);
    }
    made_.notify_one();
  }
}

}  // namespace onecycle
