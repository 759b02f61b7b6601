// What of a growing run is new to a log, and how far the run went back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "onecycle/record/run.h"

namespace onecycle {

/// Remembers what of a run it has handed out, 8 bytes a record. Usage:
///
///     if (const auto place = follower.rewind(run)) ...       // first
///     while (const auto record = follower.next(run)) ...
class RunFollower {
 public:
  /// Where a run went back to: what is numbered lower still holds.
  struct Place {
    std::int64_t iteration = 0;
    std::int64_t epoch = 0;
  };

  struct Record {
    bool is_epoch = false;
    std::size_t index = 0;  ///< in `Run::epochs` or `Run::iterations`
  };

  /// Whether what was handed out differs from `run` by now, and from where on; `next` hands that
  /// out again. Nothing if all still holds. Looks at the last records only, unless they differ.
  std::optional<Place> rewind(const Run& run);

  /// The next record: iterations in their order, each epoch after its last iteration.
  std::optional<Record> next(const Run& run);

 private:
  [[nodiscard]] bool holds(const Run& run) const;

  std::vector<std::uint64_t> iterations_;  // fingerprints of what was handed out
  std::vector<std::uint64_t> epochs_;
};

}  // namespace onecycle
