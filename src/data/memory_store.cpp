#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "data/example_store.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// Memory that the system gives page by page as it is written to.
class Pages {
 public:
  explicit Pages(std::size_t size) : size_(size) {
    if (size == 0) {
      return;
    }
    void* start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    require(start != MAP_FAILED, ErrorKind::usage, "cache: expected ", size,
            " bytes of memory, got: ", std::strerror(errno), "; set a lower limit");
    ::madvise(start, size, MADV_HUGEPAGE);  // examples are read in random order
    data_ = static_cast<std::byte*>(start);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() {
    if (data_ != nullptr) {
      ::munmap(data_, size_);
    }
  }
  [[nodiscard]] std::byte* data() const { return data_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_;
};

class MemoryStore final : public ExampleStore {
 public:
  MemoryStore(const StoreSize& size, std::int64_t capacity)
      : size_(size),
        capacity_(capacity),
        pages_(static_cast<std::size_t>(capacity) * size.each()),
        slots_(static_cast<std::size_t>(size.examples)) {}

  [[nodiscard]] const std::byte* find(std::int64_t index) override {
    const std::int64_t slot = slots_[static_cast<std::size_t>(index)].load();
    return slot > 0 ? place(slot) : nullptr;
  }

  void keep(std::int64_t index, ExampleBytes example) override {
    std::int64_t expected = kAbsent;
    if (used_ >= capacity_ ||
        !slots_[static_cast<std::size_t>(index)].compare_exchange_strong(expected, kBusy)) {
      return;
    }
    const std::int64_t slot = ++used_;
    if (slot > capacity_) {
      return;  // another thread took the last one; this one stays busy, and is fetched
    }
    std::memcpy(place(slot), example.input, size_.input_bytes);
    std::memcpy(place(slot) + size_.input_bytes, example.target, size_.target_bytes);
    slots_[static_cast<std::size_t>(index)].store(slot);
  }

  [[nodiscard]] std::int64_t capacity() const override { return capacity_; }

 private:
  static constexpr std::int64_t kAbsent = 0;
  static constexpr std::int64_t kBusy = -1;

  /// `slot`: from 1.
  [[nodiscard]] std::byte* place(std::int64_t slot) const {
    return pages_.data() + static_cast<std::size_t>(slot - 1) * size_.each();
  }

  StoreSize size_;
  std::int64_t capacity_;
  Pages pages_;
  std::vector<std::atomic<std::int64_t>> slots_;  // of each example: where it is, from 1
  std::atomic<std::int64_t> used_ = 0;
};

}  // namespace

std::unique_ptr<ExampleStore> memory_store(const StoreSize& size, std::int64_t limit) {
  const auto each = static_cast<std::int64_t>(std::max<std::size_t>(1, size.each()));
  return std::make_unique<MemoryStore>(size, std::min(size.examples, limit / each));
}

}  // namespace onecycle
