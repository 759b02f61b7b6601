// Logs that grow while a run goes on, so that people can watch it: CSV, JSON lines, TensorBoard.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/record/run.h"

namespace onecycle {

/// A file that follows a run. A log is made anew, in place of an older one, and has no mode for
/// appending: where a run is resumed, the first `update` gets all that it has by then, so that the
/// file is complete again.
class RunLog {
 public:
  RunLog() = default;
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;
  virtual ~RunLog() = default;

  /// Appends the iterations and epochs that are new since the last call, and flushes. Its time goes
  /// with what is new, not with the length of the run. To be called after each epoch, and at the
  /// end: within an epoch the losses of the last iterations may still be on the device and read 0
  /// (`FitContext`).
  ///
  /// If `run` is no longer what was written (it went back to an earlier state, or a loss that read
  /// 0 has arrived), the log says so in the way of its format, and goes on from the first iteration
  /// or epoch that differs.
  ///
  /// Throws as `write_file` does, with the path. What could not be written then is kept, and the
  /// next call tries again.
  virtual void update(const Run& run) = 0;
};

/// The known formats: `csv`, `jsonl`, `tensorboard`.
std::vector<std::string> log_names();

/// The log of that name in the folder of a run, which must exist: `iterations.csv` and
/// `epochs.csv`, `log.jsonl`, or the subfolder `tensorboard`. Throws a usage error for an unknown
/// name.
std::unique_ptr<RunLog> make_log(std::string_view name, const std::filesystem::path& folder);

}  // namespace onecycle
