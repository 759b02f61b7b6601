// A file that grows while others read it: logs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace onecycle {

/// Made anew by the constructor; an older file of that name is emptied, a link followed, a device
/// or pipe written to. The folder must exist. Unlike `write_file` it is not synced: a machine that
/// loses power may lose the end of it. All throw as `write_file` does: a usage error if the path
/// cannot be written to, an internal one if the system fails while writing (a full disk).
class AppendFile {
 public:
  explicit AppendFile(std::filesystem::path path);
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();  ///< what was not flushed is lost

  /// Takes `bytes` into memory; writes when much has gathered there.
  void append(std::string_view bytes);

  /// Writes all, so that readers see it. After a failure the rest stays in memory, and the next
  /// call tries again: nothing is lost or doubled.
  void flush();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::string waiting_;
  int descriptor_ = -1;
};

}  // namespace onecycle
