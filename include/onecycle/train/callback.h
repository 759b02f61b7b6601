// What can be hooked into training: typed functions over constant facts, which answer with an
// action.
#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "onecycle/data/dataset.h"
#include "onecycle/record/run.h"
#include "onecycle/schedule/group_schedules.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// What the learner is to do next.
enum class Action {
  proceed,     ///< go on
  skip_batch,  ///< from `batch_begin`: do not train on this batch; elsewhere as `proceed`
  stop_epoch,  ///< end this epoch after this iteration: validate, go on with the next
  stop_fit     ///< end this epoch after this iteration without validating, and the fit with it
};

/// Where a fit is. Iterations are weight updates.
struct FitContext {
  std::int64_t epoch = 0;       ///< of this fit, from 0
  std::int64_t epochs = 0;      ///< of this fit
  std::int64_t iteration = 0;   ///< of this fit, from 0
  std::int64_t iterations = 0;  ///< of this fit
  std::int64_t iterations_per_epoch = 0;
  const std::vector<double>& peaks;        ///< rates that the schedule multiplies, one a group
  const GroupSchedules& schedule;          ///< of this fit
  const std::vector<GroupValues>& values;  ///< in force, one a group
  const Run& run;  ///< all that is recorded; off the CPU the losses of the last iterations may
                   ///< still be on the device, and read 0 until the end of the epoch
  /// Lists everything that the rest of this fit depends on. Only in `at_rest` is it what a fit can
  /// go on from.
  const StateList& state;
};

/// One iteration, from its gradients on.
struct IterationContext {
  const FitContext& fit;
  const torch::Tensor& loss;  ///< mean loss of its examples before the update; reading it makes
                              ///< the device wait
  std::int64_t batches = 0;   ///< that it consumed
  std::int64_t examples = 0;  ///< that it consumed
};

/// A hook into `Learner::fit`. Callbacks are asked in the order in which they were given; of
/// several answers the most drastic counts.
class Callback {
 public:
  Callback() = default;
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  virtual ~Callback() = default;

  virtual void fit_begin(const FitContext& /*fit*/) {}
  virtual Action epoch_begin(const FitContext& /*fit*/) { return Action::proceed; }
  /// Before the forward pass of each batch.
  virtual Action batch_begin(const FitContext& /*fit*/, const Batch& /*batch*/) {
    return Action::proceed;
  }
  /// The gradients of the iteration are complete, the weights still as they were.
  virtual Action gradients_ready(const IterationContext& /*iteration*/) { return Action::proceed; }
  /// The weights have moved.
  virtual Action iteration_end(const IterationContext& /*iteration*/) { return Action::proceed; }
  /// After validation.
  virtual Action epoch_end(const FitContext& /*fit*/, const EpochRecord& /*epoch*/) {
    return Action::proceed;
  }
  /// Before the first iteration, after each one and after each epoch, unless the fit ends there,
  /// when all other hooks are through: the moment to save `fit.state`. `fit.epoch` and
  /// `fit.iteration` are the next ones.
  virtual Action at_rest(const FitContext& /*fit*/) { return Action::proceed; }
  /// Why it asked for the fit to stop, in words; empty if it did not.
  [[nodiscard]] virtual std::string reason() const { return {}; }
  /// Always, if `fit_begin` was: also when an exception ends the fit. An exception of its own ends
  /// the fit with that error, unless there was one before, once all callbacks are through.
  virtual void fit_end(const FitContext& /*fit*/) {}
  /// The one way in which a callback moves rates: before each iteration the rate of a group becomes
  /// peak * schedule * the factors of all callbacks. To depend on nothing but what `state` lists
  /// and the fit's own facts, so that a fit that goes on from a state has the same rates.
  [[nodiscard]] virtual double rate_factor(std::size_t /*group*/) const { return 1.0; }
  /// Lists what the callback remembers; see `StateArchive`. Names start with its own, and the
  /// learner puts `callback.` before them.
  virtual void state(StateArchive& /*archive*/) {}
};

using Callbacks = std::vector<std::shared_ptr<Callback>>;

}  // namespace onecycle
