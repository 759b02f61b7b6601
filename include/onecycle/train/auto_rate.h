// Chooses a peak rate for a run: asks the finder, then tries the neighbours for a moment.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/schedule/group_schedules.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/train/learner.h"

namespace onecycle {

/// Options of `choose_rate`.
struct AutoRateOptions {
  std::int64_t epochs = 10;              ///< of the run that the rate is for
  GroupSchedules schedule = OneCycle{};  ///< of that run
  FindOptions find = {};
  /// Multiples of the finder's rate to try, for a tenth of the epochs each, and for at least 20
  /// iterations: fewer would tell nothing about the run. The finder's own rate is taken unasked if
  /// there are none, if the run has fewer than 4 epochs or a trial would take more than a third of
  /// them (the trials would cost more than they save), or if the schedule counts more iterations
  /// than a trial has.
  std::vector<double> factors = {1.0 / 3.0, 1.0, 3.0};
  /// How many times lower than the last group's the first group's rate is, in equal ratios between
  /// (`Rates::range`), each at least 1: the finder sweeps with the first, trials decide between
  /// them before they decide between the factors.
  std::vector<double> spreads = {1.0};
  /// The rate to start from where no rule has an answer, as where a new head on a body that is good
  /// already has learned so much that every rate raises the loss of single batches. 0: there is
  /// none.
  double fallback = 0.0;
  Callbacks callbacks = {};  ///< of the trials; one that stops a trial ends the search
};

/// One short run.
struct RateTrial {
  double lr = 0.0;      ///< of the last group
  double spread = 1.0;  ///< how many times lower the first group's was
  double loss = 0.0;  ///< after its last epoch: of validation, or of training without a validation
                      ///< set; infinite if the run diverged
};

/// A rate, and why.
struct RateChoice {
  double lr = 0.0;      ///< of the last group
  double spread = 1.0;  ///< how many times lower the first group's is
  std::string rule;     ///< the rule whose suggestion was the start; empty: it was the fallback
  FindRecord find;
  std::vector<RateTrial> trials;
  bool interrupted = false;  ///< the search was ended early; `lr` is the best so far, or 0

  [[nodiscard]] Rates rates() const;
  /// In one sentence.
  [[nodiscard]] std::string describe() const;
};

/// A peak rate for `options.epochs` epochs of `options.schedule`, and everything put back bit for
/// bit. It starts from the lowest point of the finder's curve divided by 10 (`minimum`): of all
/// rules that one costs least where it is wrong. Where it has no answer, from `before_blow_up` or
/// `valley`. One curve is one sample, rates from different seeds lie several times apart, and a run
/// of a tenth of the length tells neighbours apart: the rate whose trial ends with the lowest loss
/// is taken. Throws a diverged error if no rule has an answer and there is no fallback; a usage
/// error for a fallback that is negative or not finite, and for spreads below 1.
RateChoice choose_rate(Learner& learner, const AutoRateOptions& options = {});

}  // namespace onecycle
