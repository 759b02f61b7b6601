// Archives into folders: all of it or nothing, and nothing outside the folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace onecycle {

struct UnpackOptions {
  std::int64_t bytes = std::int64_t{1} << 40;  ///< all files together may have so many
  std::int64_t files = 2'000'000;              ///< files and folders may be so many
  /// How many times the size of the archive that of its files may be; 64 MB are allowed to any.
  double ratio = 200;
  /// Told how many bytes of the archive were read, and its size; false interrupts.
  std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

struct Unpacked {
  std::int64_t files = 0;  ///< without folders
  std::int64_t bytes = 0;
};

/// Whether `unpack` reads a file of that name: `.tar`, `.tar.gz`, `.tgz`, `.zip`, `.gz`.
bool is_archive(std::string_view name);

/// `name` without the ending that makes it an archive, as in `cifar` for `cifar.tar.gz`.
std::string_view without_archive_ending(std::string_view name);

/// Unpacks `archive` into the new `folder`, which appears when it is whole. What the archive says
/// of owners, rights and times does not count.
///
/// Throws a data error, naming the archive and the entry, for a path that is absolute or has `..`,
/// for links, devices and whatever else is neither a file nor a folder, for two files of one path,
/// for more bytes or files than `options` allow, and for an archive that is damaged. Writing fails
/// as in `write_file`. Nothing stays behind.
Unpacked unpack(const std::filesystem::path& archive, const std::filesystem::path& folder,
                const UnpackOptions& options = {});

}  // namespace onecycle
