// A fit as a file, and a fit that goes on from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/train/callback.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// Everything that `Learner::resume` needs and the program that calls it does not have already.
struct Checkpoint {
  TrainState state;
  Run run;                                        ///< the record up to there
  std::map<std::string, std::string> facts = {};  ///< whatever the writer wants to know again

  /// The part of the state that is the learner's: neither its fit's nor that of callbacks.
  [[nodiscard]] TrainState learner_state() const;
};

/// Writes a checkpoint, whole or not at all, as a safetensors file: the state's tensors, the tables
/// of the record, everything else as texts, and a SHA-256 over all of it. Throws as `save_tensors`
/// does.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Reads what `write_checkpoint` wrote. Throws a checkpoint error that begins with the path for a
/// file that is truncated, altered or something else.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// The checkpoints in `folder`, the newest first: by the iteration in their names. Nothing for a
/// folder that is not there.
std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder);

/// How often to write one. Several may be given; whichever is due first counts.
struct CheckpointInterval {
  std::optional<std::int64_t> iterations = {};
  std::optional<double> seconds = {};
  bool epoch = false;

  /// Reads `N` (iterations), `Ns`, `Nm`, `Nh` (seconds, minutes, hours) or `epoch`. Throws a usage
  /// error that starts with `what`.
  static CheckpointInterval parse(std::string_view text, std::string_view what);
};

/// Options of `Checkpointer`.
struct CheckpointOptions {
  std::filesystem::path folder;  ///< made if it is not there
  CheckpointInterval every = {};
  std::int64_t keep =
      2;  ///< at least 1: the newest so many stay; older ones go once a newer is whole
  std::map<std::string, std::string> facts = {};
  /// Asked at each moment of rest; true: write one now, whatever is due.
  std::function<bool()> now = {};
  /// What to do when one cannot be written: told why; true to go on training, false to end the fit
  /// with that error. Not given: the error ends the fit. Older checkpoints are never touched by a
  /// failure.
  std::function<bool(const std::string& why)> failed = {};
};

/// Writes `iteration-0000120.safetensors` and so on while a fit runs; with an interval the first
/// one before the first iteration, which waits until it is written. The others are written in a
/// thread of their own from a copy of the state and the record, one at a time, while training goes
/// on; the end of the fit waits for the last. Where a fit goes back (`FitOptions::rollback`),
/// checkpoints of what is undone go with the next one.
class Checkpointer final : public Callback {
 public:
  /// Throws a usage error for options out of range.
  explicit Checkpointer(CheckpointOptions options);

  void fit_begin(const FitContext& fit) override;
  Action at_rest(const FitContext& fit) override;
  void fit_end(const FitContext& fit) override;

  /// The last one known to be written whole; empty before the first. After the fit that is the last
  /// of all.
  [[nodiscard]] const std::filesystem::path& last() const { return last_; }

 private:
  [[nodiscard]] bool due(const FitContext& fit) const;
  void start(const FitContext& fit);
  void finish();
  template <class Work>
  void attempt(Work work);

  CheckpointOptions options_;
  std::filesystem::path last_;
  bool begun_ = false;          // whether there was a first moment of rest
  std::int64_t epoch_ = 0;      // at the last look
  std::int64_t iteration_ = 0;  // of the fit, at the last one written
  double written_at_ = 0.0;     // seconds of a steady clock
  std::future<std::filesystem::path> writing_;
};

}  // namespace onecycle
