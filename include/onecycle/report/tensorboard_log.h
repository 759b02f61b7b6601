// A run as TensorBoard shows it: an event file of scalars.
#pragma once

#include <filesystem>
#include <functional>

#include "onecycle/core/append_file.h"
#include "onecycle/report/run_follower.h"
#include "onecycle/report/run_log.h"

namespace onecycle {

struct TensorBoardOptions {
  /// Seconds since 1970, the times of events; the system's clock if not given.
  std::function<double()> clock = {};
};

/// Writes `events.out.tfevents.SECONDS.onecycle`, where SECONDS has 10 digits. Scalars, as float32:
///
/// - with the iteration as step: `loss/train` (raw), `loss/smoothed`, `grad_norm` where it is
///   clipped, and `lr/GROUP`, `momentum/GROUP` and `weight_decay/GROUP` for each group
/// - with the iterations up to the end of the epoch as step: `epoch/train_loss`, `epoch/frozen`
///   (groups), `epoch/valid_loss` and `epoch/METRIC`, the last two as far as there was a validation
///
/// The time of an event is that of its `update`. Where the run went back, an event `SessionLog`
/// START with the first step that holds no longer makes readers drop everything from that step on.
/// Source: TensorFlow's `core/util/event.proto`, `core/framework/summary.proto` and
/// `lib/io/record_writer.h`.
class TensorBoardLog : public RunLog {
 public:
  /// Makes the file, and the folder if the one above it exists, and removes files of that form
  /// which earlier logs left in it; others stay. Throws as `write_file` does.
  explicit TensorBoardLog(const std::filesystem::path& folder, TensorBoardOptions options = {});

  void update(const Run& run) override;

  /// The event file.
  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

 private:
  std::function<double()> clock_;
  AppendFile file_;
  RunFollower follower_;
};

}  // namespace onecycle
