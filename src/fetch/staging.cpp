#include "fetch/staging.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/write_error.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

}  // namespace

NewFile::NewFile(fs::path path)
    : path_(std::move(path)),
      descriptor_(
          ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0 && errno != EEXIST) {
    fail_write(path_, errno);
  }
}

NewFile::~NewFile() {
  if (is_new()) {
    ::close(descriptor_);
  }
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno != EINTR) {
      fail_write(path_, errno);
    }
  }
}

StagingFolder::StagingFolder(const fs::path& folder)
    : folder_(folder), path_(folder.native() + ".unpacking") {
  std::error_code error;
  fs::remove_all(path_, error);  // of a program that was killed
  fs::create_directory(path_, error);
  if (error) {
    fail_write(path_, error.value());
  }
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void StagingFolder::publish() {
  std::error_code error;
  fs::rename(path_, folder_, error);
  if (error) {
    fail_write(folder_, error.value());
  }
}

}  // namespace onecycle
