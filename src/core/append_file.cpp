#include "onecycle/core/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/write_error.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostWaiting = 1 << 20;

}  // namespace

AppendFile::AppendFile(fs::path path) : path_(std::move(path)) {
  std::error_code ignored;
  require(!fs::is_directory(path_, ignored), ErrorKind::usage, path_.native(),
          ": expected the name of a file, got a folder");
  do {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EINTR);
  if (descriptor_ < 0) {
    fail_write(path_, errno);
  }
}

AppendFile::~AppendFile() { ::close(descriptor_); }

void AppendFile::append(std::string_view bytes) {
  waiting_ += bytes;
  if (waiting_.size() >= kMostWaiting) {
    flush();
  }
}

void AppendFile::flush() {
  std::size_t done = 0;
  while (done < waiting_.size()) {
    const auto wrote = ::write(descriptor_, waiting_.data() + done, waiting_.size() - done);
    if (wrote >= 0) {
      done += static_cast<std::size_t>(wrote);
    } else if (errno != EINTR) {
      const int error = errno;
      waiting_.erase(0, done);
      fail_write(path_, error);
    }
  }
  waiting_.clear();
}

}  // namespace onecycle
