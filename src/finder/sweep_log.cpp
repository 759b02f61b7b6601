#include "onecycle/finder/sweep_log.h"

#include "onecycle/core/error.h"

namespace onecycle {

SweepLog::SweepLog(const FinderSetup& setup)
    : setup_(setup), smoother_(setup.smoothing), detector_(setup.stop) {
  setup.sweep.check();
  record_.planned = setup.sweep.num_it;
}

void SweepLog::add(double loss, std::int64_t batches) {
  if (!running_) {
    return;
  }
  const double rate = lr();
  const double smoothed = smoother_.add(loss);
  const bool stop = detector_.add(rate, loss, smoothed);
  ++iteration_;
  record_.batches += batches;
  if (!stop || detector_.keeps_last()) {
    record_.lr.push_back(rate);
    record_.loss.push_back(loss);
    record_.smoothed.push_back(setup_.record_raw ? loss : smoothed);
  }
  if (stop || iteration_ >= setup_.sweep.iterations()) {
    end();
  }
}

void SweepLog::interrupt() {
  if (running_) {
    detector_.interrupt();
    end();
  }
}

void SweepLog::end() {
  running_ = false;
  record_.stopped = detector_.describe();
}

const std::vector<NamedSetup>& finder_setups() {
  static const std::vector<NamedSetup> kSetups = {
      {"onecycle",
       "this library: fastai v2's grid and smoothing; stops at losses that are not finite",
       "valley",
       {}},
      {"fastai2",
       "fastai v2, Learner.lr_find",
       "valley",
       {.stop = {.non_finite = false, .any_sign = false}}},
      {"fastai1",
       "fastai v1, Learner.lr_find",
       "fastai1",
       {.stop = {.any_sign = false, .keep_non_finite = true, .only_nan = true}}},
      {"fastai07",
       "fastai 0.7, LR_Finder",
       "minimum",
       {.sweep = {.start_lr = 1e-5, .grid = Grid::fastai07},
        .stop = {.any_sign = false,
                 .watch_raw = true,
                 .judge_first = true,
                 .lowest_from = 11,
                 .keep_diverged = false},
        .record_raw = true}},
      {"torch_lr_finder",
       "torch-lr-finder, LRFinder.range_test",
       "torch_lr_finder",
       {.sweep = {.grid = Grid::torch_lr_finder},
        .smoothing = {SmoothingKind::from_first, 0.95},
        .stop = {.factor = 5.0, .non_finite = false, .any_sign = false}}},
      {"ignite",
       "pytorch-ignite, FastaiLRFinder",
       "ignite",
       {.sweep = {.grid = Grid::ignite},
        .smoothing = {SmoothingKind::from_first, 0.95},
        .stop = {.factor = 5.0, .non_finite = false, .any_sign = false}}},
      {"lightning",
       "Lightning, Tuner.lr_find",
       "lightning",
       {.sweep = {.start_lr = 1e-8, .end_lr = 1.0, .grid = Grid::lightning},
        .smoothing = {SmoothingKind::lightning, 0.98},
        .stop = {.non_finite = false, .any_sign = false, .judge_first = true}}},
      {"notebook",
       "sgugger, How Do You Find A Good Learning Rate (notebook)",
       "minimum",
       {.sweep = {.start_lr = 1e-8, .grid = Grid::torch_lr_finder},
        .stop =
            {.non_finite = false, .any_sign = false, .judge_first = true, .keep_diverged = false}}},
  };
  return kSetups;
}

const NamedSetup& find_setup(std::string_view name) {
  std::vector<std::string> names;
  for (const NamedSetup& entry : finder_setups()) {
    if (entry.name == name) {
      return entry;
    }
    names.emplace_back(entry.name);
  }
  fail(ErrorKind::usage, "unknown finder setup '", name, "'", suggest_name(name, names));
}

}  // namespace onecycle
