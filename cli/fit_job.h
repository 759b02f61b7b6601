// A fit from its flags to its files: what `fit` begins and `resume` goes on with.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fit_flags.h"
#include "onecycle/record/run_folder.h"
#include "onecycle/train/keep.h"
#include "outcome.h"

namespace onecycle::cli {

class FitJob {
 public:
  /// Loads the data, makes the learner, and looks whether all that is asked for can be done. Writes
  /// nothing. `flags` must outlive the job; what they leave open is filled in.
  FitJob(FitFlags& flags, const CommandLine& line);

  [[nodiscard]] const std::string& data_name() const { return training_.source.name; }
  /// Of the file that is trained on; of a built-in set its name.
  [[nodiscard]] std::string data_sha256() const;

  /// Prints what would be done.
  void explain();

  /// Trains into `folder`, from the beginning or from `checkpoint`, writes and prints what came of
  /// it. Throws if the fit did not come to an end; what there is has been written then.
  void run(RunFolder folder, const Checkpoint* checkpoint = nullptr);

 private:
  /// From here on the run is to be found in its folder.
  void begin_writing();
  [[nodiscard]] Rates find_rate();
  [[nodiscard]] std::vector<FitOptions> fits(const Rates& rates) const;
  void make_callbacks();
  [[nodiscard]] Callbacks callbacks_of(std::size_t phase);
  [[nodiscard]] FitResult train(const Rates& rates, const Checkpoint* checkpoint);
  void finish(FitResult result, const Rates& rates);
  void save_or_say_how_to(const Outcome& outcome) const;
  void check_end(const FitResult& result) const;
  void say(const std::string& text) const;

  FitFlags& flags_;
  const CommandLine& line_;
  FitRequest request_;
  TrainingPlan plan_;
  Training training_;
  std::vector<std::shared_ptr<KeptWeights>> kept_;
  Callbacks others_;  // plateau, stopping
  std::optional<RunFolder> folder_;
  bool begun_ = false;  // whether something has been written
};

/// The subfolder of a run for its checkpoints.
inline constexpr const char* kCheckpoints = "checkpoints";

}  // namespace onecycle::cli
