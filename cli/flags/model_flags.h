// Which model, and which weights it begins with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/data/task.h"
#include "onecycle/model/model.h"
#include "onecycle/model/open_weights.h"
#include "onecycle/model/pretrained.h"
#include "program/command_line.h"

namespace onecycle::cli {

struct ModelFlags {
  std::optional<std::string> name;  ///< with options, as in `resnet18(head=fastai)`
  std::optional<std::string> hidden;
  std::optional<std::string> weights;
  bool allow_partial = false;
};

void add_model_flags(CommandLine& line, ModelFlags& flags);

/// A name and options.
struct ModelPlan {
  std::string name;
  std::map<std::string, std::string> options = {};
  std::optional<std::vector<std::int64_t>> hidden = {};

  /// As `--model` takes it.
  [[nodiscard]] std::string text() const;
};

/// Throws a usage error for a model that there is not, and options in another form.
ModelPlan parse_model(const std::string& text);

/// What is known before the data are: the weights are open, `model` is empty where it depends on
/// the data. Throws a usage error for flags that cannot be meant, a checkpoint error for weights
/// that cannot be read.
struct ModelRecipe {
  std::optional<ModelPlan> plan = {};
  std::optional<std::vector<std::int64_t>> hidden = {};
  std::optional<WeightsFile> weights = {};
  std::string weights_path = {};
  bool allow_partial = false;

  static ModelRecipe understand(const ModelFlags& flags);

  /// The plan; where none was given that of the weights' own file, or what suits the data: an mlp
  /// for numbers, resnet20 for images of up to 64 pixels, resnet18 for larger ones.
  [[nodiscard]] ModelPlan plan_for(const LoadedData& data) const;
};

struct LoadedModel {
  Model model;
  /// What became of the weights; nothing without.
  std::optional<PartialLoad> weights = {};
};

/// Makes the model for `task`, from torch's default generator, and loads the weights into it.
/// Throws a checkpoint error if they do not fit.
LoadedModel make(const ModelRecipe& recipe, const ModelPlan& plan, const Task& task);

}  // namespace onecycle::cli
