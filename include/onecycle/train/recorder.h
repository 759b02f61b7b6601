// Writes down every iteration without making the device wait.
#pragma once

#include <torch/types.h>

#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/record/smoothing.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// Appends to a `Run`. Losses stay on their device and are read in bulk.
class Recorder {
 public:
  /// `run` must outlive the recorder. The groups' names must be set already.
  explicit Recorder(Run& run) : run_(run) {}

  /// One iteration; `record.loss` and `.smoothed` are filled in later from `loss`, the detached
  /// mean loss of the iteration's examples.
  void add(const IterationRecord& record, const std::vector<GroupValues>& values,
           torch::Tensor loss);

  /// Reads the losses that are still on the device: one copy for all of them.
  void flush();

  /// Lists how far the record goes. Restoring an earlier state forgets what came after it.
  void state(StateArchive& archive);

 private:
  Run& run_;
  std::vector<torch::Tensor> pending_;  // losses of the last records
  DebiasedAverage average_;
};

}  // namespace onecycle
