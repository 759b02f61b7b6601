// The weights that a run ended with, ready to predict.
#pragma once

#include <string>
#include <vector>

#include "onecycle/train/trained_model.h"

namespace onecycle::cli {

/// The model of a run, or the members of its ensemble, whose answers are averaged.
struct SavedModels {
  std::vector<TrainedModel> members;

  [[nodiscard]] const Task& task() const { return members.front().task; }
  [[nodiscard]] const TrainedModel& first() const { return members.front(); }
  /// See `onecycle::predict`. `flip`: the mean of the answers to images and their mirror images.
  [[nodiscard]] torch::Tensor predict(const torch::Tensor& inputs, bool flip = false) const;
  /// Throws a usage error where images cannot be mirrored, because the inputs are none.
  void check_flip(bool flip) const;
};

/// Of a run's folder, a name in runs/, or a file of weights that a run wrote. Throws a usage error
/// if there is no such run, a checkpoint error if it has no weights yet.
SavedModels load_models(const std::string& run_or_file);

}  // namespace onecycle::cli
