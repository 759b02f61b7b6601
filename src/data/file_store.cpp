// The file: 4,096 bytes of header (magic, key, zeros), then for each example of the data set four
// bytes of checksum, its input and its target. What was not written yet is zero, which is no
// checksum of zeros.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "data/example_store.h"
#include "onecycle/core/crc32c.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"

namespace onecycle {
namespace {

constexpr std::string_view kMagic = "onecycle cache 1\n";
constexpr std::size_t kHeader = 4096;
constexpr std::size_t kChecksum = sizeof(std::uint32_t);

std::string header_of(const std::string& key) {
  Sha256 hash;
  hash.update(key);
  std::string header = cat(kMagic, hash.hex(), "\n");
  header.resize(kHeader, '\0');
  return header;
}

/// The first bytes of a file, as many as there are in a header; nothing if there is no file.
std::string beginning(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    return {};
  }
  std::string bytes(kHeader, '\0');
  const auto got = ::pread(file, bytes.data(), bytes.size(), 0);
  ::close(file);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

/// An open file, of the given size, whose bytes can be read in memory.
class SharedFile {
 public:
  SharedFile(const std::filesystem::path& path, std::size_t size)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CLOEXEC)), size_(size) {
    if (descriptor_ >= 0 && ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0) {
      start_ = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor_, 0);
    }
    if (start_ == MAP_FAILED) {
      const int error = errno;
      close();
      fail(ErrorKind::usage, path.native(), ": cannot be a cache of ", size,
           " bytes: ", std::strerror(error), "; name another file");
    }
  }
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  ~SharedFile() {
    ::munmap(start_, size_);
    close();
  }

  [[nodiscard]] const std::byte* data() const { return static_cast<const std::byte*>(start_); }

  /// False if the disk is full or broken. Not through memory: there that would end the program.
  bool write(std::size_t position, std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto done =
          ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(position));
      if (done < 0 && errno == EINTR) {
        continue;
      }
      if (done <= 0) {
        return false;
      }
      position += static_cast<std::size_t>(done);
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
  }

 private:
  void close() const {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  int descriptor_;
  std::size_t size_;
  void* start_ = MAP_FAILED;
};

class FileStore final : public ExampleStore {
 public:
  FileStore(const StoreSize& size, const std::filesystem::path& path)
      : size_(size),
        file_(path, kHeader + static_cast<std::size_t>(size.examples) * record()),
        states_(static_cast<std::size_t>(size.examples)) {}

  [[nodiscard]] const std::byte* find(std::int64_t index) override {
    auto& state = states_[static_cast<std::size_t>(index)];
    State now = state.load();
    if (now == State::unknown) {
      const State seen = intact(index) ? State::kept : State::absent;
      now = state.compare_exchange_strong(now, seen) ? seen : now;
    }
    return now == State::kept ? file_.data() + place(index) + kChecksum : nullptr;
  }

  void keep(std::int64_t index, ExampleBytes example) override {
    auto& state = states_[static_cast<std::size_t>(index)];
    State expected = State::absent;
    if (full_ || !state.compare_exchange_strong(expected, State::busy)) {
      return;
    }
    std::string bytes(record(), '\0');
    std::memcpy(bytes.data() + kChecksum, example.input, size_.input_bytes);
    std::memcpy(bytes.data() + kChecksum + size_.input_bytes, example.target, size_.target_bytes);
    const std::uint32_t sum = crc32c(std::string_view(bytes).substr(kChecksum));
    std::memcpy(bytes.data(), &sum, kChecksum);
    if (file_.write(place(index), bytes)) {
      state.store(State::kept);
    } else {
      full_ = true;
    }
  }

  [[nodiscard]] std::int64_t capacity() const override { return size_.examples; }

 private:
  enum class State : std::uint8_t { unknown, absent, busy, kept };

  [[nodiscard]] std::size_t record() const { return kChecksum + size_.each(); }
  [[nodiscard]] std::size_t place(std::int64_t index) const {
    return kHeader + static_cast<std::size_t>(index) * record();
  }

  [[nodiscard]] bool intact(std::int64_t index) const {
    const std::byte* start = file_.data() + place(index);
    std::uint32_t sum = 0;
    std::memcpy(&sum, start, kChecksum);
    const void* bytes = start + kChecksum;
    return sum != 0 && sum == crc32c({static_cast<const char*>(bytes), size_.each()});
  }

  StoreSize size_;
  SharedFile file_;
  std::vector<std::atomic<State>> states_;
  std::atomic<bool> full_ = false;
};

}  // namespace

std::unique_ptr<ExampleStore> file_store(const StoreSize& size, const std::filesystem::path& path,
                                         const std::string& key) {
  const std::string header = header_of(key);
  const std::string found = beginning(path);
  if (found != header) {
    require(found.empty() || found.starts_with(kMagic), ErrorKind::usage, path.native(),
            ": expected a cache or no file, got another file; remove it or name another one");
    // A new file in place of the old one, which other programs may have open.
    write_file(path, header);
  }
  return std::make_unique<FileStore>(size, path);
}

}  // namespace onecycle
