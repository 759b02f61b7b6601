#include "data/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

[[noreturn]] void fail_open(const std::filesystem::path& path, const char* reason) {
  fail(ErrorKind::checkpoint, path.string(), ": expected a readable file, got: ", reason,
       "; check the path");
}

struct Descriptor {
  int number;
  ~Descriptor() { ::close(number); }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (number < 0) {
    fail_open(path, std::strerror(errno));
  }
  const Descriptor descriptor{number};
  struct stat status {};
  if (::fstat(descriptor.number, &status) != 0) {
    fail_open(path, std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    fail_open(path, S_ISDIR(status.st_mode) ? "a folder" : "not a regular file");
  }
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) {
    return;  // an empty range cannot be mapped
  }
  void* start = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor.number, 0);
  if (start == MAP_FAILED) {
    fail_open(path, std::strerror(errno));
  }
  data_ = static_cast<std::byte*>(start);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    ::munmap(data_, size_);
  }
}

}  // namespace onecycle
