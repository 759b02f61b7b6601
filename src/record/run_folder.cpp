#include "onecycle/record/run_folder.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_unwritable(const fs::path& path, const std::error_code& error) {
  fail(ErrorKind::usage, path.native(), ": the folder cannot be written: ", error.message());
}

[[noreturn]] void fail_exists(const fs::path& path) {
  fail(ErrorKind::usage, path.native(),
       ": expected a folder that does not exist yet, got one that does; name another, or replace "
       "the run in it with --force");
}

std::string padded(int number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

void remove_run_files(const fs::path& folder) {
  for (const auto& name : run_file_names()) {
    std::error_code ignored;
    fs::remove(folder / name, ignored);
  }
}

/// The folder of `path` if it ends in a slash.
fs::path without_trailing_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

/// Makes the folders above `path` that are missing.
void make_parents(const fs::path& path, std::vector<fs::path>& made) {
  const fs::path parent = path.parent_path();
  std::error_code error;
  if (parent.empty() || parent == path || fs::is_directory(parent, error)) {
    return;
  }
  require(!fs::exists(parent, error), ErrorKind::usage, path.native(),
          ": the folder cannot be made: expected a folder above it, got the file ",
          parent.native());
  make_parents(parent, made);
  if (fs::create_directory(parent, error)) {
    made.insert(made.begin(), parent);
  }
  if (error) {
    fail_unwritable(path, error);
  }
}

}  // namespace

const std::vector<std::string>& run_file_names() {
  static const std::vector<std::string> names{"run.json",         "config.toml", "iterations.csv",
                                              "epochs.csv",       "find.csv",    "last.safetensors",
                                              "best.safetensors", "report.html"};
  return names;
}

void require_free_run_folder(const fs::path& path, bool force) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  require(!fs::exists(status) || fs::is_directory(status), ErrorKind::usage, path.native(),
          ": expected the name of a folder, got a file; name another");
  if (fs::exists(status) && !force) {
    fail_exists(path);
  }
}

RunFolder::RunFolder(const fs::path& path, bool force) {
  require(!path.empty(), ErrorKind::usage, "run folder: expected a name, got none");
  RunFolder claim;  // takes back what was made here if this constructor throws
  claim.path_ = without_trailing_slash(path);
  require_free_run_folder(claim.path_, force);
  make_parents(claim.path_, claim.made_);
  std::error_code error;
  if (fs::create_directory(claim.path_, error)) {
    claim.made_.insert(claim.made_.begin(), claim.path_);
  } else if (error) {
    fail_unwritable(claim.path_, error);
  } else if (!force) {
    fail_exists(claim.path_);  // somebody made it just now
  }
  if (::access(claim.path_.c_str(), W_OK | X_OK) != 0) {
    fail_unwritable(claim.path_, {errno, std::generic_category()});
  }
  path_ = std::move(claim.path_);
  made_ = std::exchange(claim.made_, {});
}

RunFolder RunFolder::first_free(const fs::path& parent, std::string_view stem) {
  RunFolder folder;
  make_parents(parent / stem, folder.made_);
  for (int number = 1; folder.path_.empty(); ++number) {
    const fs::path candidate = parent / cat(stem, "-", padded(number));
    std::error_code error;
    if (fs::create_directory(candidate, error)) {
      folder.path_ = candidate;
      folder.made_.insert(folder.made_.begin(), candidate);
    } else if (error && error != std::errc::file_exists) {
      fail_unwritable(candidate, error);
    }
  }
  return folder;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), made_(std::exchange(other.made_, {})) {}

RunFolder::~RunFolder() {
  if (!made_.empty() && made_.front() == path_) {
    remove_run_files(path_);
  }
  for (const auto& folder : made_) {
    std::error_code ignored;
    fs::remove(folder, ignored);  // only if empty
  }
}

void RunFolder::keep() {
  remove_run_files(path_);
  made_.clear();
}

}  // namespace onecycle
