// A fit from its flags to its files: what `fit` begins and `resume` goes on with.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flags/fit_flags.h"
#include "jobs/outcome.h"
#include "onecycle/record/run_folder.h"
#include "onecycle/train/keep.h"

namespace onecycle::cli {

class FitJob {
 public:
  /// Loads the data, makes the learner, and looks whether all that is asked for can be done. Writes
  /// nothing. `flags` must outlive the job; what they leave open is filled in.
  FitJob(FitFlags& flags, const CommandLine& line);

  [[nodiscard]] const std::string& data_name() const { return training_.source.name; }
  [[nodiscard]] const std::string& model_name() const { return training_.learner->model().name; }
  /// See `data_fingerprint`.
  [[nodiscard]] std::string data_sha256() const;

  /// What people mean by better: the first metric that grows with it, else the loss.
  [[nodiscard]] std::string natural_metric() const;
  [[nodiscard]] bool higher_is_better(const std::string& metric) const;

  /// Prints what would be done.
  void explain();

  /// Trains into `folder`, from the beginning or from `checkpoint`, and writes what came of it.
  Outcome run(RunFolder folder, const Checkpoint* checkpoint = nullptr);

  /// Prints what came of it. Throws if the fit did not come to an end.
  void tell(const Outcome& outcome) const;

 private:
  /// From here on the run is to be found in its folder.
  void begin_writing();
  [[nodiscard]] bool is_head_phase(std::size_t phase) const;
  /// The flag that says its rates.
  [[nodiscard]] std::string& rate_text(std::size_t phase) const;
  void find_rates(std::size_t phase);
  /// To be made one after the other; rates that are to be found are 1.
  [[nodiscard]] std::vector<FitOptions> fits() const;
  void make_callbacks();
  [[nodiscard]] Callbacks callbacks_of(std::size_t phase);
  [[nodiscard]] FitResult train(const Checkpoint* checkpoint);
  [[nodiscard]] Outcome finish(FitResult result);
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
  mutable std::string data_sha256_;  // once asked for
  bool begun_ = false;               // whether something has been written
};

/// The name of the fact of a run's environment that says what `data_sha256` says.
inline constexpr const char* kDataHash = "data SHA-256";

/// SHA-256 of a configuration without its rates, which a run finds one after the other.
std::string config_fingerprint(const std::string& config);

/// The subfolder of a run for its checkpoints.
inline constexpr const char* kCheckpoints = "checkpoints";

}  // namespace onecycle::cli
