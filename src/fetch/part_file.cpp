#include "fetch/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "core/write_error.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPartBlock = 1 << 20;

}  // namespace

PartFile::PartFile(fs::path path)
    : path_(std::move(path)),
      part_(path_.native() + ".part"),
      descriptor_(::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    fail_write(part_, errno);
  }
  read_all();
}

PartFile::~PartFile() { close(); }

void PartFile::read_all() {
  std::vector<char> block(kPartBlock);
  for (;;) {
    const auto got = ::read(descriptor_, block.data(), block.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      const int error = errno;
      close();  // the destructor of what was not constructed does not run
      fail(ErrorKind::data, part_.native(),
           ": cannot be read: ", std::generic_category().message(error));
    }
    if (got == 0) {
      return;
    }
    hash_.update(block.data(), static_cast<std::size_t>(got));
    size_ += got;
  }
}

void PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) {
      continue;
    }
    if (wrote < 0) {
      fail_write(part_, errno);
    }
    const auto count = static_cast<std::size_t>(wrote);
    hash_.update(bytes.data(), count);
    size_ += wrote;
    bytes.remove_prefix(count);
  }
}

void PartFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) {
    fail_write(part_, errno);
  }
  size_ = 0;
  hash_ = Sha256();
}

void PartFile::publish() {
  if (::fsync(descriptor_) != 0 || ::rename(part_.c_str(), path_.c_str()) != 0) {
    fail_write(path_, errno);
  }
  close();
}

void PartFile::remove() {
  close();
  std::error_code ignored;
  fs::remove(part_, ignored);
}

void PartFile::close() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    descriptor_ = -1;
  }
}

}  // namespace onecycle
