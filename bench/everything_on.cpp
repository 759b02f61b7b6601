// What the learner costs with everything on that guards a run, over the bare learner.
//
//   everything_on [rounds] [threads] [folder]
//
// The digits, an mlp 64-128-10, batches of 64, SGD with momentum, 1cycle, 60 epochs a round, each
// with its validation. All kinds take turns, so that a machine that drifts hurts all. Prints
// milliseconds a fit (median, range) and the median of the ratios round by round. Checkpoints go
// into a folder below `folder`, by default the system's for temporary files: what they cost depends
// on its disk.
#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "onecycle/data/digits.h"
#include "onecycle/data/loader.h"
#include "onecycle/data/split.h"
#include "onecycle/model/mlp.h"
#include "onecycle/report/spread.h"
#include "onecycle/train/checkpoint.h"
#include "onecycle/train/keep_averages.h"
#include "onecycle/train/learner.h"

namespace {

using namespace onecycle;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kEpochs = 60;

/// What is switched on.
struct Kind {
  const char* name;
  bool clips = false;
  bool averages = false;
  bool checkpoints = false;
};

constexpr std::array kKinds{Kind{.name = "bare (its recorder is always on)"},
                            Kind{.name = "+ clip norm", .clips = true},
                            Kind{.name = "+ EMA", .averages = true},
                            Kind{.name = "+ checkpoint each epoch", .checkpoints = true},
                            Kind{"all of them", true, true, true}};

double milliseconds(const Kind& kind, const SplitData& data, const std::filesystem::path& folder) {
  torch::manual_seed(1);
  LearnerOptions options;
  if (kind.clips) {
    options.clip.norm = 1.0;
  }
  Learner learner(mlp({.inputs = 64, .outputs = 10, .hidden = {128}}),
                  Loader(data.train, {.batch_size = 64, .seed = 1}), Loader(data.valid, {}),
                  options);
  FitOptions fit{.epochs = kEpochs, .lr = 0.1, .schedule = OneCycle{}};
  if (kind.averages) {
    fit.callbacks.push_back(std::make_shared<EmaWeights>(learner.model(), EmaOptions{}));
  }
  if (kind.checkpoints) {
    fit.callbacks.push_back(std::make_shared<Checkpointer>(
        CheckpointOptions{.folder = folder, .every = {.epoch = true}}));
  }
  const auto start = Clock::now();
  (void)learner.fit(fit);
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  at::set_num_threads(argc > 2 ? std::atoi(argv[2]) : 1);
  const std::filesystem::path folder =
      (argc > 3 ? std::filesystem::path(argv[3]) : std::filesystem::temp_directory_path()) /
      "onecycle-everything-on";
  const SplitData data = split_data(digits());
  std::vector<std::vector<double>> times(kKinds.size());
  std::vector<std::vector<double>> ratios(kKinds.size());
  for (int round = -1; round < rounds; ++round) {
    double bare = 0.0;
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      const double time = milliseconds(kKinds.at(k), data, folder);
      bare = k == 0 ? time : bare;
      if (round >= 0) {  // the first one warms up
        times[k].push_back(time);
        ratios[k].push_back(time / bare);
      }
    }
  }
  for (std::size_t k = 0; k < kKinds.size(); ++k) {
    const Spread time = *spread_of(times[k]);
    std::printf("%-34s %8.1f  [%.1f - %.1f] ms  %.3f x bare\n", kKinds.at(k).name, time.median,
                time.low, time.high, spread_of(ratios[k])->median);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
