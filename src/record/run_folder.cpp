#include "onecycle/record/run_folder.h"

#include <unistd.h>

#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

bool is_run_folder(const fs::path& name) { return name == "checkpoints" || name == "tensorboard"; }

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

/// The files of a run in `folder`, and its subfolders as far as they are empty then.
void remove_run_files(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> found;
  std::vector<fs::path> folders;
  for (fs::recursive_directory_iterator entry(folder, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    const fs::path name = entry->path().lexically_relative(folder);
    if (entry->is_directory(ignored)) {
      if (is_run_folder(name)) {
        folders.push_back(entry->path());
      } else {
        entry.disable_recursion_pending();
      }
    } else if (is_run_file(name)) {
      found.push_back(entry->path());
    }
  }
  for (const auto& path : found) {
    fs::remove(path, ignored);
  }
  for (const auto& path : folders) {
    fs::remove(path, ignored);  // only if empty
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

bool is_run_file(const fs::path& name) {
  static const std::set<std::string> names{
      "run.json",         "config.toml",         "iterations.csv",  "epochs.csv",
      "find.csv",         "report.html",         "log.jsonl",       "model.safetensors",
      "last.safetensors", "best.safetensors",    "swa.safetensors", "ema.safetensors",
      "lows.safetensors", "ensemble.safetensors"};
  const std::string folder = name.parent_path().native();
  const std::string file = name.filename().native();
  const auto numbered = [&](std::string_view stem) {
    return file.starts_with(stem) && file.ends_with(".safetensors");
  };
  if (folder.empty()) {
    return names.contains(file) || numbered("ensemble-") ||
           (file.starts_with("script-") && file.ends_with(".pt"));
  }
  const bool remnant = file.starts_with(".iteration-") && file.ends_with(".tmp");
  return (folder == "checkpoints" && (numbered("iteration-") || remnant)) ||
         (folder == "tensorboard" && file.starts_with("events.out.tfevents."));
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

RunFolder RunFolder::existing(const fs::path& path) {
  RunFolder folder;
  folder.path_ = without_trailing_slash(path);
  folder.kept_ = true;
  if (::access(folder.path_.c_str(), W_OK | X_OK) != 0) {
    fail_unwritable(folder.path_, {errno, std::generic_category()});
  }
  return folder;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)),
      made_(std::exchange(other.made_, {})),
      kept_(std::exchange(other.kept_, true)) {}

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
  if (std::exchange(kept_, true)) {
    return;
  }
  remove_run_files(path_);
  made_.clear();
}

}  // namespace onecycle
