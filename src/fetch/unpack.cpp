#include "onecycle/fetch/unpack.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "core/write_error.h"
#include "fetch/staging.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kArchiveBlock = 1 << 18;
constexpr double kAlwaysAllowed = 64e6;  // bytes
constexpr std::array<std::string_view, 5> kEndings{".tar.gz", ".tgz", ".tar", ".zip", ".gz"};

struct FreeArchive {
  void operator()(struct archive* handle) const { archive_read_free(handle); }
};
using ArchiveHandle = std::unique_ptr<struct archive, FreeArchive>;

class Unpacking {
 public:
  Unpacking(const fs::path& archive, const fs::path& into, const UnpackOptions& options);

  Unpacked run();

 private:
  template <class... Part>
  [[noreturn]] void refuse(const Part&... part) const {
    fail(ErrorKind::data, archive_.native(), ": ", part...);
  }
  void open();
  bool next(archive_entry*& entry);
  void unpack_entry(archive_entry* entry);
  void write_entry(archive_entry* entry, const fs::path& path, const std::string& name);
  [[nodiscard]] std::string name_of(archive_entry* entry) const;
  [[nodiscard]] fs::path safe_path(const std::string& name) const;
  void count_bytes(std::int64_t more, const std::string& name);
  void tell_progress() const;
  [[nodiscard]] std::string complaint() const;

  const fs::path& archive_;
  const fs::path& into_;
  const UnpackOptions& options_;
  std::int64_t archive_bytes_ = 0;
  std::int64_t most_bytes_ = 0;
  std::int64_t entries_ = 0;
  Unpacked done_;
  bool single_ = false;  // a .gz: one file without a name
  std::vector<char> block_ = std::vector<char>(kArchiveBlock);
  ArchiveHandle handle_{archive_read_new()};
};

Unpacking::Unpacking(const fs::path& archive, const fs::path& into, const UnpackOptions& options)
    : archive_(archive), into_(into), options_(options) {
  std::error_code error;
  archive_bytes_ = static_cast<std::int64_t>(fs::file_size(archive, error));
  require(!error, ErrorKind::data, archive.native(), ": cannot be read: ", error.message());
  const double by_ratio =
      std::max(kAlwaysAllowed, options.ratio * static_cast<double>(archive_bytes_));
  most_bytes_ = by_ratio < static_cast<double>(options.bytes) ? static_cast<std::int64_t>(by_ratio)
                                                              : options.bytes;
}

std::string Unpacking::complaint() const {
  const char* text = archive_error_string(handle_.get());
  return text == nullptr ? "unknown reason" : text;
}

/// By the name, not by what the bytes look like: a damaged archive is no single compressed file.
void Unpacking::open() {
  require(handle_ != nullptr, ErrorKind::internal, "unpack: the archive library failed to start");
  const std::string name = archive_.filename().native();
  single_ = name.ends_with(".gz") && !name.ends_with(".tar.gz");
  require(is_archive(name), ErrorKind::usage, archive_.native(),
          ": expected .tar, .tar.gz, .tgz, .zip or .gz");
  struct archive* handle = handle_.get();
  if (name.ends_with(".zip")) {
    archive_read_support_format_zip(handle);
  } else {
    archive_read_support_filter_gzip(handle);
    single_ ? archive_read_support_format_raw(handle) : archive_read_support_format_tar(handle);
  }
  if (archive_read_open_filename(handle, archive_.c_str(), kArchiveBlock) != ARCHIVE_OK) {
    refuse("cannot be unpacked: ", complaint());
  }
}

/// A warning is about what does not count here, such as a name in another character set.
bool Unpacking::next(archive_entry*& entry) {
  int result = ARCHIVE_RETRY;
  while (result == ARCHIVE_RETRY) {
    result = archive_read_next_header(handle_.get(), &entry);
  }
  if (result != ARCHIVE_EOF && result < ARCHIVE_WARN) {
    refuse("damaged after ", done_.files, " files: ", complaint());
  }
  return result != ARCHIVE_EOF;
}

std::string Unpacking::name_of(archive_entry* entry) const {
  if (single_) {
    return std::string(without_archive_ending(archive_.filename().native()));
  }
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) {  // not in the character set of the locale
    name = archive_entry_pathname_utf8(entry);
  }
  if (name == nullptr) {
    refuse("an entry without a name that can be read");
  }
  return name;
}

/// Below the folder, or an error. Empty for the folder itself.
fs::path Unpacking::safe_path(const std::string& name) const {
  fs::path path;
  if (name.starts_with('/')) {
    refuse("'", name, "': expected a path in the folder, got an absolute one");
  }
  for (const std::string& piece : split(name, '/')) {
    if (piece == "..") {
      refuse("'", name, "': expected a path in the folder, got one that leads out of it");
    }
    if (!piece.empty() && piece != ".") {
      path /= piece;
    }
  }
  return path;
}

void Unpacking::count_bytes(std::int64_t more, const std::string& name) {
  done_.bytes += more;
  if (done_.bytes > most_bytes_) {
    refuse("'", name, "': expected at most ", most_bytes_, " bytes in all, got more");
  }
}

void Unpacking::tell_progress() const {
  const std::int64_t read = archive_filter_bytes(handle_.get(), -1);
  if (options_.progress && !options_.progress(read, archive_bytes_)) {
    fail(ErrorKind::interrupted, archive_.native(), ": interrupted while it was unpacked");
  }
}

void Unpacking::write_entry(archive_entry* entry, const fs::path& path, const std::string& name) {
  if (archive_entry_size_is_set(entry) != 0 &&
      archive_entry_size(entry) > most_bytes_ - done_.bytes) {
    refuse("'", name, "': expected at most ", most_bytes_, " bytes in all, got ",
           archive_entry_size(entry), " in this file");
  }
  NewFile file(path);
  if (!file.is_new()) {
    refuse("'", name, "': expected a new file, got one that is there already");
  }
  for (;;) {
    const auto got = archive_read_data(handle_.get(), block_.data(), block_.size());
    if (got < 0) {
      refuse("'", name, "': damaged: ", complaint());
    }
    if (got == 0) {
      break;
    }
    count_bytes(got, name);
    file.write({block_.data(), static_cast<std::size_t>(got)});
    tell_progress();
  }
  ++done_.files;
}

void Unpacking::unpack_entry(archive_entry* entry) {
  const std::string name = name_of(entry);
  const fs::path below = safe_path(name);
  const auto type = archive_entry_filetype(entry);
  if (archive_entry_hardlink(entry) != nullptr || (type != AE_IFREG && type != AE_IFDIR)) {
    refuse("'", name, "': expected a file or a folder, got ",
           type == AE_IFLNK || archive_entry_hardlink(entry) != nullptr ? "a link" : "a device");
  }
  if (++entries_ > options_.files) {
    refuse("'", name, "': expected at most ", options_.files, " files and folders, got more");
  }
  if (below.empty()) {
    if (type == AE_IFREG) {
      refuse("'", name, "': expected the name of a file");
    }
    return;
  }
  std::error_code error;
  fs::create_directories(into_ / (type == AE_IFDIR ? below : below.parent_path()), error);
  if (error == std::errc::not_a_directory || error == std::errc::file_exists) {
    refuse("'", name, "': expected a folder, got a file that is there already");
  }
  if (error) {
    fail_write(into_ / below, error.value());
  }
  if (type == AE_IFREG) {
    write_entry(entry, into_ / below, name);
  }
  tell_progress();
}

Unpacked Unpacking::run() {
  open();
  archive_entry* entry = nullptr;
  while (next(entry)) {
    unpack_entry(entry);
  }
  return done_;
}

}  // namespace

bool is_archive(std::string_view name) { return without_archive_ending(name) != name; }

std::string_view without_archive_ending(std::string_view name) {
  const auto* const ending = std::find_if(
      kEndings.begin(), kEndings.end(),
      [&](std::string_view known) { return name.size() > known.size() && name.ends_with(known); });
  return ending == kEndings.end() ? name : name.substr(0, name.size() - ending->size());
}

Unpacked unpack(const fs::path& archive, const fs::path& folder, const UnpackOptions& options) {
  StagingFolder staging(folder);
  const Unpacked done = Unpacking(archive, staging.path(), options).run();
  staging.publish();
  return done;
}

}  // namespace onecycle
