// Weights together with what is needed to predict with them.
#pragma once

#include <filesystem>

#include "onecycle/data/standardize.h"
#include "onecycle/data/task.h"
#include "onecycle/model/model.h"
#include "onecycle/model/weights.h"

namespace onecycle::cli {

/// Writes `weights` of `model`, the statistics of the data (`standardize.inputs.mean`, ...), and as
/// texts the model's configuration (`model.model`, ...) and the task (`task.kind`, `task.target`,
/// `task.classes`, `task.features`, `task.input_shape`; lists as JSON).
struct ModelFile {
  const Model& model;
  const Task& task;
  const Standardization& standardization;

  void write(const std::filesystem::path& path, const NamedTensors& weights) const;
};

}  // namespace onecycle::cli
