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
#include "onecycle/schedule/field.h"

namespace onecycle {

/// What a model has to fit.
struct ModelRequest {
  std::vector<std::int64_t>
      input_shape;           ///< of one example: {columns} or {channels, height, width}
  std::int64_t outputs = 0;  ///< classes or targets
  /// Widths of hidden layers, for models that have them; not given: the model's own default.
  std::optional<std::vector<std::int64_t>> hidden = std::nullopt;
  /// Options by name as text, as in `head` = `fastai`; those that are not given keep their
  /// defaults.
  std::map<std::string, std::string> options = {};
};

/// What there is to know about one model, or a family of them.
struct ModelInfo {
  std::string name;  ///< as it is typed; of a family its form, as in `wrn-D-K`
  std::string summary;
  std::vector<FieldInfo> options = {};  ///< what `ModelRequest::options` may have
  std::string family = {};              ///< what the names of a family begin with
  /// Makes the one of this name.
  std::function<Model(const std::string& name, const ModelRequest&)> make;
};

/// Every model, in the order in which help and documents show them. The one place to add one.
const std::vector<ModelInfo>& models();

/// Their names, and the forms of names of families.
std::vector<std::string> model_names();

/// The entry of the model called `name`, which may be one of a family (`wrn-16-8`). Throws a usage
/// error that names the nearest if there is none.
const ModelInfo& find_model(std::string_view name);

/// The model called `name`, fitting the request. Throws a usage error for an unknown name (the
/// nearest is named) and for a model that cannot take such data or options.
Model make_model(std::string_view name, const ModelRequest& request);

/// The model with this `Model::config`, newly initialised. Throws a checkpoint error if the
/// configuration is incomplete, unreadable or of no model, such as that of a user's own module.
Model make_model(const std::map<std::string, std::string>& config);

}  // namespace onecycle
