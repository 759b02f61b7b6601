#include "onecycle/core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "core/write_error.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) { return std::generic_category().message(error); }

/// Calls `function` again for as long as a signal interrupts it.
template <class Function>
auto retry(Function function) {
  auto result = function();
  while (result < 0 && errno == EINTR) {
    result = function();
  }
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) {
      ::close(value_);
    }
  }
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void fail_to_read(const fs::path& path, int error) {
  fail(ErrorKind::data, path.native(), ": cannot be read: ", reason(error));
}

/// A descriptor of what is not a folder.
int open_to_read(const fs::path& path) {
  const int file = retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (file < 0) {
    fail_to_read(path, errno);
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    ::close(file);
    fail(ErrorKind::data, path.native(), ": expected a file, got a folder");
  }
  return file;
}

/// Reads into `bytes` from `used` on, at most to its end; how many bytes came, 0 at the end.
std::size_t read_into(std::string& bytes, std::size_t used, int file, const fs::path& path) {
  const auto got = retry([&] { return ::read(file, bytes.data() + used, bytes.size() - used); });
  if (got < 0) {
    fail_to_read(path, errno);
  }
  return static_cast<std::size_t>(got);
}

fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> count{0};
  return path.parent_path() /
         cat(".", path.filename().native(), ".", ::getpid(), ".", count++, ".tmp");
}

void sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  // Some file systems cannot sync a folder; the file itself is safe by now.
  const Descriptor descriptor(
      retry([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (descriptor.get() >= 0) {
    ::fsync(descriptor.get());
  }
}

}  // namespace

std::string read_file(const fs::path& path) {
  const Descriptor file(open_to_read(path));
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) {
    fail_to_read(path, errno);
  }
  // One byte more than the size, so that the end shows without growing. The size of a pipe is 0.
  std::string bytes(static_cast<std::size_t>(facts.st_size) + 1, '\0');
  std::size_t used = 0;
  while (const std::size_t got = read_into(bytes, used, file.get(), path)) {
    used += got;
    if (used == bytes.size()) {
      bytes.resize(std::max<std::size_t>(2 * used, 65536));
    }
  }
  bytes.resize(used);
  return bytes;
}

FilePieces::FilePieces(fs::path path, std::size_t size)
    : path_(std::move(path)), size_(size), descriptor_(open_to_read(path_)) {}

FilePieces::~FilePieces() { ::close(descriptor_); }

std::string FilePieces::next() {
  std::string piece = std::exchange(begun_, {});
  std::size_t used = piece.size();
  while (true) {
    piece.resize(used + size_);
    const std::size_t got = read_into(piece, used, descriptor_, path_);
    const std::string_view fresh = std::string_view(piece).substr(used, got);
    const std::size_t last = fresh.rfind('\n');
    used += got;
    if (got == 0) {
      piece.resize(used);
      return piece;
    }
    if (last != std::string_view::npos) {
      const std::size_t end = used - got + last + 1;
      begun_ = piece.substr(end, used - end);
      piece.resize(end);
      return piece;
    }
  }
}

void write_file(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  std::error_code ignored;
  if (fs::is_symlink(path_, ignored) && fs::exists(path_, ignored)) {
    path_ = fs::canonical(path_);
  }
  const fs::file_status status = fs::status(path_, ignored);
  require(!fs::is_directory(status), ErrorKind::usage, path_.native(),
          ": expected the name of a file, got a folder");
  const bool direct = fs::exists(status) && !fs::is_regular_file(status);
  if (!direct) {
    temporary_ = temporary_beside(path_);
  }
  descriptor_ = retry([&] {
    return direct ? ::open(path_.c_str(), O_WRONLY | O_CLOEXEC)
                  : ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  });
  if (descriptor_ < 0) {
    fail_write(path_, errno);
  }
}

AtomicFile::~AtomicFile() { close_quietly(); }

void AtomicFile::close_quietly() noexcept {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    descriptor_ = -1;
    if (!temporary_.empty()) {
      ::unlink(temporary_.c_str());
    }
  }
}

void AtomicFile::write(const void* bytes, std::size_t size) {
  const auto* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const auto done = retry([&] { return ::write(descriptor_, next, size); });
    if (done < 0) {
      fail_write(path_, errno);
    }
    next += done;
    size -= static_cast<std::size_t>(done);
  }
}

void AtomicFile::commit() {
  if (temporary_.empty()) {
    close_quietly();
    return;
  }
  if (retry([&] { return ::fsync(descriptor_); }) != 0 ||
      ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    close_quietly();
    fail_write(path_, error);
  }
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder(path_);
}

TemporaryFile::TemporaryFile(std::string_view prefix) {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / cat(prefix, "XXXXXX")).native();
  const int descriptor = error ? -1 : ::mkstemp(name.data());
  require(descriptor >= 0, ErrorKind::internal, name,
          ": a temporary file cannot be made: ", error ? error.message() : reason(errno),
          "; set TMPDIR to a folder that can be written to");
  ::close(descriptor);
  path_ = name;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

}  // namespace onecycle
