// Runs as a log sees them while they grow.
#pragma once

#include <utility>
#include <vector>

#include "onecycle/record/run.h"

namespace onecycle {

/// `run` as it was after that many iterations and epochs.
inline Run first_of(Run run, std::size_t iterations, std::size_t epochs) {
  run.iterations.resize(iterations);
  run.values.resize(iterations * run.groups.size());
  run.epochs.resize(epochs);
  return run;
}

/// `run` as it was after each iteration and after each epoch.
inline std::vector<Run> stages_of(const Run& run) {
  std::vector<Run> stages;
  std::size_t epochs = 0;
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    stages.push_back(first_of(run, i + 1, epochs));
    if (epochs < run.epochs.size() && std::cmp_equal(run.epochs[epochs].iterations, i + 1)) {
      stages.push_back(first_of(run, i + 1, ++epochs));
    }
  }
  return stages;
}

/// `run` had it gone another way from the iteration at `index` on: other losses.
inline Run other_from(Run run, std::size_t index) {
  for (std::size_t i = index; i < run.iterations.size(); ++i) {
    run.iterations[i].loss += 0.25;
    run.iterations[i].smoothed += 0.125;
  }
  for (auto& epoch : run.epochs) {
    if (std::cmp_greater(epoch.iterations, index)) {
      epoch.train_loss += 0.5;
    }
  }
  return run;
}

}  // namespace onecycle
