// A whole learning-rate sweep without a model: it says which rate comes next, takes the losses, and
// keeps the record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/finder/stop.h"
#include "onecycle/finder/sweep.h"
#include "onecycle/record/run.h"
#include "onecycle/record/smoothing.h"

namespace onecycle {

/// How a finder works. The defaults are ours: fastai v2's grid and smoothing, our stop rule.
struct FinderSetup {
  Sweep sweep = {};
  Smoothing smoothing = {};
  StopRule stop = {};
  bool record_raw = false;  ///< the curve is the raw loss (fastai 0.7)
};

/// A peer's finder.
struct NamedSetup {
  std::string_view name;
  std::string_view source;
  std::string_view rule;  ///< the suggestion rule that belongs to it
  FinderSetup setup;
};

/// `onecycle`, `fastai2`, `fastai1`, `fastai07`, `torch_lr_finder`, `ignite`, `lightning`,
/// `notebook`, with their defaults.
const std::vector<NamedSetup>& finder_setups();

/// The setup called `name`. Throws a usage error that names the nearest if there is none.
const NamedSetup& find_setup(std::string_view name);

/// Takes the losses of a sweep in order:
///
///     SweepLog log;
///     while (log.running()) {
///       log.add(train_one_batch_at(log.lr()));
///     }
///     const FindRecord& record = log.record();
///
/// Rates depend on the iteration alone (`setup.sweep.rate(k)`), so losses may also be handed over
/// late, several at a time; those after the end are ignored.
class SweepLog {
 public:
  /// Throws a usage error if an option is out of its range.
  explicit SweepLog(const FinderSetup& setup = {});

  /// Whether there is another rate to try.
  [[nodiscard]] bool running() const { return running_; }

  /// Iterations taken so far; the index of the next one.
  [[nodiscard]] std::int64_t iteration() const { return iteration_; }

  /// The rate of the next iteration.
  [[nodiscard]] double lr() const { return setup_.sweep.rate(iteration_); }

  /// Takes the mean loss of the next iteration, before its update, and the batches it consumed.
  void add(double loss, std::int64_t batches = 1);

  /// Ends the sweep at the user's wish.
  void interrupt();

  [[nodiscard]] StopReason reason() const { return detector_.reason(); }

  /// Curve, batches, planned iterations, and once the sweep ended, why. `batches` counts also an
  /// iteration whose point is not kept.
  [[nodiscard]] const FindRecord& record() const { return record_; }

 private:
  void end();

  FinderSetup setup_;
  Smoother smoother_;
  StopDetector detector_;
  FindRecord record_;
  std::int64_t iteration_ = 0;
  bool running_ = true;
};

}  // namespace onecycle
