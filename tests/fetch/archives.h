// Archives as no tool would make them.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace onecycle {

struct TestEntry {
  std::string name;
  std::string bytes = {};
  unsigned type = AE_IFREG;
  std::string link = {};  ///< where a link leads
};

/// Writes an archive entry by entry: a compressed tar file, or a ZIP file if the name says so.
class TestArchive {
 public:
  explicit TestArchive(const std::filesystem::path& path) {
    if (path.extension() == ".zip") {
      archive_write_set_format_zip(archive_);
    } else {
      archive_write_add_filter_gzip(archive_);
      archive_write_set_format_pax_restricted(archive_);
    }
    check(archive_write_open_filename(archive_, path.c_str()));
  }
  TestArchive(const TestArchive&) = delete;
  TestArchive& operator=(const TestArchive&) = delete;
  ~TestArchive() { archive_write_free(archive_); }

  TestArchive& add(const TestEntry& entry) {
    struct archive_entry* made = archive_entry_new();
    archive_entry_set_pathname(made, entry.name.c_str());
    archive_entry_set_filetype(made, entry.type);
    archive_entry_set_perm(made, 0644);
    archive_entry_set_size(made, static_cast<la_int64_t>(entry.bytes.size()));
    if (entry.type == AE_IFLNK) {
      archive_entry_set_symlink(made, entry.link.c_str());
    } else if (!entry.link.empty()) {
      archive_entry_set_hardlink(made, entry.link.c_str());
    }
    check(archive_write_header(archive_, made));
    archive_entry_free(made);
    if (!entry.bytes.empty() &&
        archive_write_data(archive_, entry.bytes.data(), entry.bytes.size()) < 0) {
      check(ARCHIVE_FATAL);
    }
    return *this;
  }

 private:
  void check(int result) {
    if (result < ARCHIVE_WARN) {
      throw std::runtime_error(archive_error_string(archive_));
    }
  }

  struct archive* archive_ = archive_write_new();
};

}  // namespace onecycle
