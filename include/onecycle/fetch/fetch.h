// A data set from the network into a folder that can be trained on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "onecycle/fetch/download.h"
#include "onecycle/fetch/remote_sets.h"

namespace onecycle {

/// How far one step of the work is.
struct FetchProgress {
  std::string doing;       ///< `train.gz`, `unpacking set.tgz`
  std::int64_t done = 0;   ///< bytes
  std::int64_t total = 0;  ///< 0: not known
};

struct FetchOptions {
  DownloadOptions download = {};  ///< its `progress` is not asked
  bool force = false;             ///< anew, in place of a folder that is there
  /// Asked at least once a second; false interrupts.
  std::function<bool(const FetchProgress&)> progress = {};
};

struct Fetched {
  std::filesystem::path path;  ///< of the set
  bool was_there = false;      ///< nothing was done
  std::int64_t files = 0;      ///< in the folder
  std::int64_t bytes = 0;      ///< of these files
};

/// Puts the set into the folder `parent`/NAME, which appears when it is whole; does nothing where
/// it is. An archive whose files all lie in one folder becomes that folder. What has arrived waits
/// in `parent`/NAME.part for the next call if this one ends early; archives go when they are
/// unpacked.
///
/// Throws what `download` and `unpack` throw, and a usage error if another process does the same.
Fetched fetch(const RemoteSet& set, const std::filesystem::path& parent,
              const FetchOptions& options = {});

}  // namespace onecycle
