// What one training run leaves behind, as plain data that reporters print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/record/predictions.h"

namespace onecycle {

/// The hyper-parameters of one group in force while one iteration ran.
struct GroupValues {
  double lr = 0.0;
  double momentum = 0.0;  ///< SGD's momentum or Adam's beta1
  double weight_decay = 0.0;
};

/// One iteration, that is one weight update.
struct IterationRecord {
  std::int64_t iteration = 0;  ///< from 0, over the whole run
  std::int64_t epoch = 0;      ///< from 0
  std::int64_t batches = 1;    ///< batches that this update consumed
  std::int64_t examples = 0;   ///< examples that this update consumed
  double loss = 0.0;           ///< mean loss of its examples, before the update
  double smoothed = 0.0;       ///< debiased average of `loss`, weight of the past 0.98
  /// Euclidean norm of the whole gradient before it was clipped; nothing where it is not clipped.
  std::optional<double> grad_norm = {};
};

/// Where the seconds of an epoch went, by the clock of the host: a GPU does later what it is asked
/// for, and the host waits where it reads a number. What is left of `EpochRecord::seconds` went
/// into callbacks and recording.
struct PhaseSeconds {
  double data = 0.0;        ///< making batches, and moving them to the device
  double forward = 0.0;     ///< model and loss
  double backward = 0.0;    ///< gradients
  double update = 0.0;      ///< unscaling, clipping, the optimizer's step
  double validation = 0.0;  ///< the pass over the validation set
};

/// One pass over the training set and the validation after it.
struct EpochRecord {
  std::int64_t epoch = 0;       ///< from 0
  std::int64_t iterations = 0;  ///< weight updates up to the end of this epoch
  double train_loss = 0.0;      ///< mean over this epoch's examples, each before its update
  std::optional<double> valid_loss = {};  ///< mean over the validation set; nothing without one
  std::vector<double> metrics = {};       ///< on the validation set, in the order of `Run::metrics`
  double seconds = 0.0;                   ///< wall time of this epoch, validation included
  std::int64_t frozen = 0;                ///< groups that were not trained, from the input side
  PhaseSeconds phases = {};               ///< parts of `seconds`
};

/// One rate that a rule suggests for a finder's curve.
struct Suggestion {
  std::string rule;               ///< `valley`, `slide`, `steep`, `minimum`, ...
  std::optional<double> lr = {};  ///< nothing if the rule cannot answer
  std::string why;                ///< why it cannot, in words; empty if it can
};

/// What the learning-rate finder saw. The three lists are equally long, one entry an iteration.
/// `loss` may be empty: other programs keep the smoothed losses only.
struct FindRecord {
  std::vector<double> lr = {};    ///< the rate in force during the iteration (of the last group)
  std::vector<double> loss = {};  ///< raw mean loss before the update
  std::vector<double> smoothed = {};  ///< debiased average of `loss`
  std::vector<Suggestion> suggestions = {};
  std::string stopped = {};  ///< why the sweep ended, in words
  std::int64_t batches = 0;  ///< batches consumed
  double epochs = 0.0;       ///< passes over the training set, as a fraction
  /// Iterations that the whole sweep would have had; 0 if unknown.
  std::int64_t planned = 0;
  /// SHA-256 of everything that training depends on, before and after; empty unless asked for.
  std::string state_before = {};
  std::string state_after = {};
};

/// One way to keep weights, and what they are worth.
struct WeightsRecord {
  std::string name;                       ///< `last`, `best`, `ema`, ...
  std::string what;                       ///< in words
  std::optional<double> valid_loss = {};  ///< nothing without a validation set
  std::vector<double> metrics = {};       ///< in the order of `Run::metrics`
  bool chosen = false;                    ///< the one to use
};

/// A named value for people: a setting, a version, a seed.
struct Fact {
  std::string name;
  std::string value;
};

/// One training run.
struct Run {
  std::string name = {};
  std::vector<std::string> groups = {};   ///< names of the parameter groups, input side first
  std::vector<std::string> metrics = {};  ///< names of the metrics
  std::vector<IterationRecord> iterations = {};
  /// `groups.size()` entries an iteration, iteration after iteration.
  std::vector<GroupValues> values = {};
  std::vector<EpochRecord> epochs = {};
  std::optional<FindRecord> find = {};
  /// The weights that were kept, side by side; empty until the end.
  std::vector<WeightsRecord> weights = {};
  /// Of the chosen weights; nothing without a classification and a validation set.
  std::optional<PredictionsRecord> predictions = {};
  std::vector<Fact> settings = {};     ///< the resolved configuration
  std::vector<Fact> environment = {};  ///< versions, threads, device
  /// How it ended: `completed`, `stopped` (by a rule), `interrupted`, `diverged`; empty while it
  /// runs.
  std::string end = {};

  /// The hyper-parameters of `group` during the iteration at `index` in `iterations`.
  [[nodiscard]] const GroupValues& at(std::size_t index, std::size_t group) const {
    return values[index * groups.size() + group];
  }
};

}  // namespace onecycle
