#include "onecycle/fetch/fetch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/write_error.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/fetch/unpack.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

void check(const fs::path& path, const std::error_code& error) {
  if (error) {
    fail_write(path, error.value());
  }
}

/// The folder in which a set gathers. One process has it at a time.
class Workshop {
 public:
  explicit Workshop(fs::path path)
      : path_(std::move(path)),
        made_parent_(!fs::exists(path_.parent_path())),
        descriptor_(make(path_, files())) {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      fail(ErrorKind::usage, path_.native(),
           ": expected no other download of this data set, got one that runs; wait for it");
    }
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;  // what is not empty stays
    fs::remove(files(), ignored);
    fs::remove(unpacked(), ignored);
    fs::remove(path_, ignored);
    if (made_parent_) {
      fs::remove(path_.parent_path(), ignored);
    }
    ::close(descriptor_);
  }

  [[nodiscard]] fs::path files() const { return path_ / "files"; }
  [[nodiscard]] fs::path unpacked() const { return path_ / "unpacked"; }
  [[nodiscard]] fs::path old() const { return path_ / "old"; }

  void remove() const {
    std::error_code error;
    fs::remove_all(path_, error);
    check(path_, error);
  }

 private:
  /// Makes the folders and opens the first one.
  static int make(const fs::path& path, const fs::path& files) {
    std::error_code error;
    fs::create_directories(files, error);
    check(path, error);
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
      fail_write(path, errno);
    }
    return descriptor;
  }

  fs::path path_;
  bool made_parent_;
  int descriptor_;
};

class Fetching {
 public:
  Fetching(const RemoteSet& set, const FetchOptions& options, const fs::path& path)
      : set_(set), options_(options), path_(path), workshop_(path.native() + ".part") {}

  void run() {
    for (const RemoteFile& file : set_.files) {
      download_one(file);
    }
    fs::path whole = workshop_.files();
    if (set_.unpacks) {
      for (const RemoteFile& file : set_.files) {
        unpack_one(file);
      }
      whole = set_.files.size() == 1 ? content(workshop_.unpacked() / set_.files.front().name)
                                     : workshop_.unpacked();
    }
    publish(whole);
    workshop_.remove();
  }

 private:
  [[nodiscard]] auto telling(const std::string& doing) const {
    return [this, doing](std::int64_t done, std::int64_t total) {
      return !options_.progress ||
             options_.progress({.doing = doing, .done = done, .total = total});
    };
  }

  void download_one(const RemoteFile& file) const;
  void unpack_one(const RemoteFile& file) const;
  static fs::path content(const fs::path& folder);
  void publish(const fs::path& whole) const;

  const RemoteSet& set_;
  const FetchOptions& options_;
  const fs::path& path_;
  Workshop workshop_;
};

void Fetching::download_one(const RemoteFile& file) const {
  DownloadOptions options = options_.download;
  options.progress = telling(file.name);
  download(file, workshop_.files() / file.name, options);
}

void Fetching::unpack_one(const RemoteFile& file) const {
  std::error_code error;
  fs::create_directory(workshop_.unpacked(), error);
  check(workshop_.unpacked(), error);
  const fs::path folder = workshop_.unpacked() / file.name;
  fs::remove_all(folder, error);  // of an earlier call that was stopped just here
  UnpackOptions options{.progress = telling(cat("unpacking ", file.name))};
  options.bytes = set_.unpacked_bytes.value_or(options.bytes);
  try {
    unpack(workshop_.files() / file.name, folder, options);
  } catch (const Error& failure) {
    if (failure.kind() == ErrorKind::data) {  // it will not get better
      fs::remove(workshop_.files() / file.name, error);
    }
    throw;
  }
}

/// The one folder in `folder`, if there is nothing else; `folder` itself if there is more.
fs::path Fetching::content(const fs::path& folder) {
  const fs::directory_iterator first(folder);
  const bool alone = first != fs::directory_iterator() &&
                     std::next(fs::directory_iterator(folder)) == fs::directory_iterator();
  return alone && first->is_directory() ? first->path() : folder;
}

void Fetching::publish(const fs::path& whole) const {
  std::error_code error;
  if (fs::exists(path_)) {
    fs::remove_all(workshop_.old(), error);
    fs::rename(path_, workshop_.old(), error);
    check(path_, error);
  }
  fs::rename(whole, path_, error);
  check(path_, error);
}

/// What lies in the folder.
Fetched look_at(const fs::path& path, bool was_there) {
  Fetched found{.path = path, .was_there = was_there};
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) {
      ++found.files;
      found.bytes += static_cast<std::int64_t>(entry.file_size());
    }
  }
  return found;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  require(!fs::exists(path, ignored) || fs::is_directory(path, ignored), ErrorKind::usage,
          path.native(), ": expected no such file, got one; move it away or name another folder");
  return fs::exists(path, ignored) && !fs::is_empty(path, ignored);
}

}  // namespace

Fetched fetch(const RemoteSet& set, const fs::path& parent, const FetchOptions& options) {
  const fs::path path = parent / set.name;
  if (!options.force && is_there(path)) {
    return look_at(path, /*was_there=*/true);
  }
  Fetching fetching(set, options, path);
  if (!options.force && is_there(path)) {  // by another process, in the meantime
    return look_at(path, /*was_there=*/true);
  }
  fetching.run();
  return look_at(path, /*was_there=*/false);
}

}  // namespace onecycle
