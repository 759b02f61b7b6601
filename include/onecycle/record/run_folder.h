// The folder of a run: claimed before the work begins, gone again if the work comes to nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// Whether a run may leave a file of this name in its folder; `name` is relative to it:
/// `run.json`, `ema.safetensors`, `checkpoints/iteration-0000120.safetensors`.
bool is_run_file(const std::filesystem::path& name);

/// Throws a usage error if `path` is not free for a run: it is a file, or a folder and not `force`.
/// What is not there yet is free.
void require_free_run_folder(const std::filesystem::path& path, bool force);

/// The claim to a folder.
class RunFolder {
 public:
  /// Makes the folder `path` and those above it. With `force` it may exist; nothing in it changes
  /// yet. Throws a usage error if it is not free or cannot be written into.
  explicit RunFolder(const std::filesystem::path& path, bool force = false);

  /// Makes the first of `parent`/`stem`-001, -002, ... that is free.
  static RunFolder first_free(const std::filesystem::path& parent, std::string_view stem);

  /// The folder of a run that is to go on: nothing of it is removed. Throws a usage error if it
  /// cannot be written into.
  static RunFolder existing(const std::filesystem::path& path);

  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;

  /// Unless it was kept, removes the run's files if the folder was made here, and the folders that
  /// were made here as far as they are empty then.
  ~RunFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }

  /// The run will be written: the folder stays, and, the first time, the files of an earlier run in
  /// it go. Files of other names are never touched.
  void keep();

 private:
  RunFolder() = default;

  std::filesystem::path path_;
  std::vector<std::filesystem::path> made_;  // the innermost first; empty if kept
  bool kept_ = false;
};

}  // namespace onecycle
