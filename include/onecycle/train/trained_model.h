// A trained model with all that predicting takes, in one file (with a TorchScript module, in two).
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/data/resize.h"
#include "onecycle/data/standardize.h"
#include "onecycle/data/task.h"
#include "onecycle/model/model.h"
#include "onecycle/model/weights.h"

namespace onecycle {

/// The metadata that only models of images have.
inline constexpr const char* kResizeKey = "image.resize";

/// What a run leaves to those who use its weights.
struct TrainedModel {
  Model model;
  Task task;
  Standardization standardization = {};  ///< of inputs, and of a regression's targets
  /// How images of other sizes are brought to `task.input_shape`; nothing where the inputs are no
  /// images from files.
  std::optional<ResizeMethod> resize = {};
};

/// Writes `weights` of `trained.model` (its own, or others of the same names) and everything else
/// of it as one safetensors file, whole or not at all. Its metadata say what makes the model again
/// (`model.*`), what there was to learn (`task.*`) and how images are resized (`kResizeKey`); the
/// statistics stand beside the weights (`standardize.*`). Of a model that is a TorchScript module
/// the module's file is copied beside it (`script-*.pt`): keep both together.
void save_trained_model(const std::filesystem::path& path, const TrainedModel& trained,
                        const NamedTensors& weights);

/// Reads such a file: the model newly made, with these weights, in eval mode, on the CPU. Throws a
/// checkpoint error for a file that is none, or of a model that the catalogue does not have.
TrainedModel load_trained_model(const std::filesystem::path& path);

/// The outputs for raw `inputs` [n, ...], which are standardised first, of a whole batch at once:
/// of a classification probabilities [n, classes], of a regression values [n] in the target's own
/// unit; float32 on the CPU. The model stays in eval mode. Throws a usage error for inputs of
/// another shape.
torch::Tensor predict(const TrainedModel& trained, const torch::Tensor& inputs);

/// Images from files as `predict` takes them: uint8 [n, channels, height, width]. Throws a data
/// error that names the file for one that cannot be read, a usage error if the model is not one of
/// images.
torch::Tensor read_inputs(const TrainedModel& trained, const std::vector<std::string>& files);

}  // namespace onecycle
