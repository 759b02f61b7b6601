// The learning-rate finder: raises the rate update by update, and puts everything back.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/finder/sweep_log.h"
#include "onecycle/record/run.h"
#include "onecycle/train/state.h"

namespace torch::nn {
class Module;
}
namespace torch::optim {
class Optimizer;
}

namespace onecycle {

class Loader;

/// Where the state before a sweep waits for its end.
enum class Snapshot {
  memory,  ///< one copy of everything, on the devices where it is
  disk     ///< a file in the folder for temporary files, gone at the end: nothing more in memory
};

/// Options of the finder.
struct FindOptions {
  FinderSetup setup = {};  ///< rates to try, smoothing, when the loss counts as blown up
  /// The one group whose rate is swept; the rates of the others are 0 meanwhile. Not given: all.
  std::optional<std::size_t> group = {};
  /// With all groups: what each one's rate is of the rate tried, as those of a `LO:HI` are; empty:
  /// all the same. As many as there are groups, each a finite number of at least 0.
  std::vector<double> multipliers = {};
  /// The loss that is plotted: of validation after the update, on so many of its first batches or,
  /// with 0, on all. Not given: the training loss before the update. A learner needs a validation
  /// set for it, an `OwnLoop` `valid_loss`.
  std::optional<std::int64_t> valid_batches = {};
  Snapshot snapshot = Snapshot::memory;
  /// The rules to ask for a suggestion, by name; empty: all (`suggestion_rules`).
  std::vector<std::string> rules = {};
  /// Asked before each iteration; true ends the sweep (and everything is put back).
  std::function<bool()> interrupted = {};
  /// Fills in the hashes of the state before and after. They cost a pass over the state each.
  bool certify = false;

  /// Throws a usage error for options that do not fit `groups` groups.
  void check(std::size_t groups) const;
  /// The rate of each of `groups` groups when `rate` is tried.
  [[nodiscard]] std::vector<double> group_rates(double rate, std::size_t groups) const;
};

/// A training loop of one's own, as the finder needs to see it.
struct OwnLoop {
  torch::nn::Module& module;  ///< everything that is trained, and its buffers
  torch::optim::Optimizer& optimizer;
  /// The next batch's forward pass: the mean loss, with a graph for `backward`.
  std::function<torch::Tensor()> loss;
  /// The mean loss on so many validation batches, or with 0 on all; for
  /// `FindOptions::valid_batches`.
  std::function<double(std::int64_t batches)> valid_loss = {};
  /// The loader that `loss` reads from, if it is ours: its cursor is put back.
  Loader* loader = nullptr;
  /// Lists what the optimizer remembers; needed for optimizers that are not LibTorch's.
  StateList optimizer_state = {};
  /// Lists whatever else the loop's training depends on.
  StateList more_state = {};
};

/// One iteration of a sweep.
struct FindStep {
  torch::Tensor loss;  ///< mean loss before the update, detached
  std::int64_t batches = 1;
};

/// The finder over (model, optimizer, loss, batches). Each iteration is one update of all groups
/// with the same rate, unless
/// options say otherwise. Weights, buffers, gradients, train/eval modes, optimizer, random streams
/// of LibTorch and the loader's cursor are put back bit for bit, also when an exception ends it;
/// the module is in train mode during the sweep. `FindRecord::epochs` is 0 without a loader.
FindRecord lr_find(const OwnLoop& loop, const FindOptions& options = {});

/// The core of both finders: `iterate(rate)` trains once at that rate. `state` lists what is to be
/// put back. `device` says where losses are: on a CUDA device they are read several at a time, and
/// iterations beyond the stopping point are forgotten.
FindRecord run_sweep(const FindOptions& options, const StateList& state, torch::Device device,
                     const std::function<FindStep(double rate)>& iterate);

}  // namespace onecycle
