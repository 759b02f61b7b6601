// A run as tables that grow: for spreadsheets and data frames.
#pragma once

#include <filesystem>
#include <optional>

#include "onecycle/core/append_file.h"
#include "onecycle/report/run_follower.h"
#include "onecycle/report/run_log.h"

namespace onecycle {

/// Writes `iterations.csv` and `epochs.csv` as `write_run` does at the end of a run (see
/// record/run_files.h), row by row. Where the run went back both are written anew. A row that a
/// killed program left half done is the last.
class CsvLog : public RunLog {
 public:
  /// Makes the files at the first `update`, which knows their columns.
  explicit CsvLog(std::filesystem::path folder);

  void update(const Run& run) override;

 private:
  void begin(const Run& run);

  std::filesystem::path folder_;
  std::optional<AppendFile> iterations_;
  std::optional<AppendFile> epochs_;
  RunFollower follower_;
};

}  // namespace onecycle
