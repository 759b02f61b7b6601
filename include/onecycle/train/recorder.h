// Writes down every iteration without making the device wait.
#pragma once

#include <torch/types.h>

#include <vector>

#include "onecycle/record/run.h"
#include "onecycle/record/smoothing.h"
#include "onecycle/train/state.h"

namespace onecycle {

/// Appends to a `Run`. Losses that are not on the CPU stay on their device and are read in bulk.
class Recorder {
 public:
  /// `run` must outlive the recorder. The groups' names must be set already.
  explicit Recorder(Run& run) : run_(run) {}

  /// One iteration; `record.loss`, `.smoothed` and `.grad_norm` are filled in, now or later, from
  /// `loss`, the detached mean loss of the iteration's examples, and `grad_norm`, undefined where
  /// there is none.
  void add(const IterationRecord& record, const std::vector<GroupValues>& values,
           torch::Tensor loss, torch::Tensor grad_norm = {});

  /// Reads the losses that are still on the device: one copy for all of them.
  void flush();

  /// A fit begins.
  void begin() { diverged_ = false; }

  /// Whether a loss of this fit that has been read was not finite.
  [[nodiscard]] bool diverged() const { return diverged_; }

  /// Lists how far the record goes, and whether this fit diverged. Restoring an earlier state
  /// forgets what came after it.
  void state(StateArchive& archive);

 private:
  void fill(IterationRecord& record, double loss);
  void forget_from(std::size_t iterations);

  Run& run_;
  std::vector<torch::Tensor> losses_;      // of the last records, not read yet
  std::vector<torch::Tensor> grad_norms_;  // the same; none where gradients are not clipped
  DebiasedAverage average_;                // of all that was read
  bool diverged_ = false;
};

}  // namespace onecycle
