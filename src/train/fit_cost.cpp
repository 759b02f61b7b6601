#include "onecycle/train/fit_cost.h"

#include <sys/resource.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/train/device.h"

namespace onecycle {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kIterations = 5;  // the first two are slower
constexpr std::size_t kTimed = 3;

double seconds_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

static_assert(kIterations + 1 >= kFewestPoints);

/// A finder's sweep over so few rates, and so low ones, that nothing is learned.
FindOptions short_sweep() {
  FindOptions options;
  options.setup.sweep = {.start_lr = 1e-12, .end_lr = 1e-11, .num_it = kIterations + 1};
  return options;
}

double time_validation(Learner& learner) {
  constexpr std::int64_t kBatches = 3;
  const std::int64_t all = learner.valid_loader().batches();
  const std::int64_t some = std::min(all, kBatches);
  (void)learner.evaluate(learner.valid_loader(), {.most_batches = 1});  // warms up
  const auto begin = Clock::now();
  (void)learner.evaluate(learner.valid_loader(), {.most_batches = some});
  return seconds_between(begin, Clock::now()) * static_cast<double>(all) /
         static_cast<double>(some);
}

std::int64_t weights_bytes(const torch::nn::Module& module) {
  std::int64_t bytes = 0;
  for (const auto& list : {module.parameters(), module.buffers()}) {
    for (const torch::Tensor& tensor : list) {
      bytes += static_cast<std::int64_t>(tensor.nbytes());
    }
  }
  return bytes;
}

}  // namespace

FitCost measure_cost(Learner& learner) {
  FitCost cost;
  cost.weights_bytes = weights_bytes(*learner.model().module);
  std::vector<Clock::time_point> begun;
  FindOptions options = short_sweep();
  options.interrupted = [&] {
    synchronize(learner.options().device);
    begun.push_back(Clock::now());
    if (begun.size() <= kIterations) {
      return false;
    }
    const StateList state = [&](StateArchive& archive) { learner.state(archive); };
    cost.state_bytes = save_state(state, Copy::alias).bytes();
    return true;
  };
  const FindRecord sweep = learner.lr_find(options);
  require(begun.size() > kIterations, ErrorKind::diverged, "expected ", kIterations,
          " iterations to time, got ", begun.size(), ": ", sweep.stopped);
  std::vector<double> seconds;
  for (std::size_t i = begun.size() - kTimed; i < begun.size(); ++i) {
    seconds.push_back(seconds_between(begun[i - 1], begun[i]));
  }
  std::nth_element(seconds.begin(), seconds.begin() + kTimed / 2, seconds.end());
  cost.iteration_seconds = seconds[kTimed / 2];
  if (learner.has_validation()) {
    cost.validation_seconds = time_validation(learner);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  cost.process_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
  return cost;
}

}  // namespace onecycle
