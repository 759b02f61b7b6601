// A run as JSON lines: one object a line, for programs that watch it.
#pragma once

#include <filesystem>

#include "onecycle/core/append_file.h"
#include "onecycle/report/run_follower.h"
#include "onecycle/report/run_log.h"

namespace onecycle {

/// Writes, each on a line of its own:
///
/// - `{"event":"begin","name":..,"groups":[..],"settings":{NAME:TEXT,..},"environment":{..}}`,
///   first, at the first `update`
/// - `{"event":"iteration","iteration":..,"epoch":..,"batches":..,"examples":..,"loss":..,
///   "smoothed":..,"grad_norm":..,"lr":{GROUP:..},"momentum":{GROUP:..},
///   "weight_decay":{GROUP:..}}`
/// - `{"event":"epoch","epoch":..,"iterations":..,"frozen":..,"train_loss":..,"valid_loss":..,
///   "metrics":{NAME:..},"seconds":..,"data_seconds":..,"forward_seconds":..,"backward_seconds":..,
///   "update_seconds":..,"validation_seconds":..}`, after the last iteration of the epoch
/// - `{"event":"rewind","iteration":N,"epoch":M}`: the run went back; what was said before about
///   iterations from N on and epochs from M on holds no longer
///
/// Numbers are in the shortest form that reads back as the same bits. JSON has no NaN and no
/// infinity: they are null, as is what is missing (`valid_loss` and metrics without a validation,
/// `grad_norm` without clipping). Bytes that are not UTF-8 become U+FFFD. A line that a killed
/// program left half done is the last.
class JsonLinesLog : public RunLog {
 public:
  /// Makes the file. Throws as `write_file` does.
  explicit JsonLinesLog(const std::filesystem::path& path);

  void update(const Run& run) override;

 private:
  AppendFile file_;
  RunFollower follower_;
  bool begun_ = false;
};

}  // namespace onecycle
