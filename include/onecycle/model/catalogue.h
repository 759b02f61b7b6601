// All models by name: to list them, and to make one that fits the data.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/model/model.h"

namespace onecycle {

/// What a model has to fit.
struct ModelRequest {
  std::vector<std::int64_t>
      input_shape;           ///< of one example: {columns} or {channels, height, width}
  std::int64_t outputs = 0;  ///< classes or targets
  /// Widths of hidden layers, for models that have them; not given: the model's own default.
  std::optional<std::vector<std::int64_t>> hidden = std::nullopt;
};

/// What there is to know about one model.
struct ModelInfo {
  std::string name;
  std::string summary;
  std::function<Model(const ModelRequest&)> make;
};

/// Every model, in the order in which help and documents show them.
const std::vector<ModelInfo>& models();

/// Their names.
std::vector<std::string> model_names();

/// The model called `name`, fitting the request. Throws a usage error for an unknown name (the
/// nearest is named) and for a model that cannot take such data or options.
Model make_model(std::string_view name, const ModelRequest& request);

/// The model with this `Model::config`, newly initialised. Throws a checkpoint error if the
/// configuration is incomplete or unreadable, such as that of a user's own module.
Model make_model(const std::map<std::string, std::string>& config);

}  // namespace onecycle
