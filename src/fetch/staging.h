// Files and folders of an archive that is being unpacked.
#pragma once

#include <filesystem>
#include <string_view>

namespace onecycle {

/// A file that was not there before; closed at the end.
class NewFile {
 public:
  /// Throws as `write_file` does, but not if there is something of that name.
  explicit NewFile(std::filesystem::path path);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  /// Whether there was nothing of that name.
  [[nodiscard]] bool is_new() const { return descriptor_ >= 0; }
  void write(std::string_view bytes);

 private:
  std::filesystem::path path_;
  int descriptor_;
};

/// An empty folder beside the one that it is to become. It goes, with all that is in it, unless it
/// is published.
class StagingFolder {
 public:
  explicit StagingFolder(const std::filesystem::path& folder);
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  ~StagingFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void publish();

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace onecycle
