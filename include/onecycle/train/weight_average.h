// Copies and running averages of the weights of a module, for one's own training loop too.
#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "onecycle/model/weights.h"
#include "onecycle/train/state.h"

namespace torch::nn {
class Module;
}

namespace onecycle {

/// A copy of the weights and buffers of a module. It holds the module's tensors, not the module.
class WeightCopy {
 public:
  /// Copies nothing yet.
  explicit WeightCopy(const torch::nn::Module& module);

  /// Copies the weights as they are now; into the copy before, if there is one.
  void take();
  void clear() { tensors_.clear(); }

  [[nodiscard]] bool empty() const { return tensors_.empty(); }
  /// By name, the parameters first; empty before the first `take`. The copy's own tensors: the next
  /// `take` writes into them.
  [[nodiscard]] const NamedTensors& tensors() const { return tensors_; }
  /// Those of the module, in the same order.
  [[nodiscard]] const NamedTensors& source() const { return source_; }
  /// How many of them are parameters.
  [[nodiscard]] std::size_t parameters() const { return parameters_; }

  /// Lists the copy; names start with `prefix`.
  void state(StateArchive& archive, const std::string& prefix);

 private:
  NamedTensors source_;
  NamedTensors tensors_;
  std::size_t parameters_;
};

/// What `WeightAverage` does.
struct WeightAverageOptions {
  /// Of an exponential average, in [0, 1): avg = decay avg + (1 - decay) w. Nothing: all weights
  /// count alike, avg += (w - avg) / (n + 1) with n models in the average.
  std::optional<double> decay = {};
  /// The decay is min(decay, (1 + n) / (10 + n)), so that the first weights are soon forgotten.
  /// Source: TensorFlow, `ExponentialMovingAverage(num_updates)`.
  bool warmup = false;
  /// Average buffers as well, integers rounded towards 0 after each update. Otherwise they are the
  /// model's at the last update. Source: PyTorch, `AveragedModel(use_buffers)`.
  bool average_buffers = false;
};

/// An average of the weights that a module goes through. The first update copies. Sources:
/// Izmailov et al., 1803.05407 (equal weights); PyTorch, `torch.optim.swa_utils`.
class WeightAverage {
 public:
  /// Throws a usage error for a decay out of range, or warm-up without one.
  explicit WeightAverage(const torch::nn::Module& module, WeightAverageOptions options = {});

  /// Takes the weights as they are now into the average: one pass over all of them.
  void update();
  /// Begins anew.
  void clear();

  /// How many models are in the average.
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// By name; empty before the first update. The average's own tensors: updates change them.
  [[nodiscard]] const NamedTensors& weights() const { return average_.tensors(); }

  /// Lists all that later updates depend on; names start with `prefix`.
  void state(StateArchive& archive, const std::string& prefix);

 private:
  WeightAverageOptions options_;
  WeightCopy average_;
  std::int64_t count_ = 0;
};

}  // namespace onecycle
