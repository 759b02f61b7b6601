#include "onecycle/model/catalogue.h"

#include <algorithm>
#include <limits>

#include "model/shape.h"
#include "onecycle/core/error.h"
#include "onecycle/model/lenet.h"
#include "onecycle/model/mlp.h"

namespace onecycle {
namespace {

std::int64_t count_values(const std::vector<std::int64_t>& shape) {
  std::int64_t product = 1;
  for (const auto size : shape) {
    require(size >= 1 && product <= std::numeric_limits<std::int64_t>::max() / size,
            ErrorKind::usage, "model: expected examples with positive sizes, got ",
            format_sizes(shape, " x "), "; check the data");
    product *= size;
  }
  return product;
}

Model make_mlp(const ModelRequest& request) {
  MlpOptions options{.inputs = count_values(request.input_shape), .outputs = request.outputs};
  if (request.hidden) {
    options.hidden = *request.hidden;
  }
  return mlp(options);
}

Model make_lenet(const ModelRequest& request) {
  const auto& shape = request.input_shape;
  require(shape.size() == 3, ErrorKind::usage,
          "lenet: expected images (channels x height x width), got examples of ",
          format_sizes(shape, " x "), " values; use mlp for tables");
  require(!request.hidden, ErrorKind::usage,
          "lenet: expected no hidden widths, got some; leave them out or use mlp");
  return lenet(
      {.channels = shape[0], .height = shape[1], .width = shape[2], .outputs = request.outputs});
}

std::vector<std::int64_t> parse_sizes(const std::string& key, const std::string& text) {
  std::vector<std::int64_t> sizes;
  for (const auto& piece : text.empty() ? std::vector<std::string>{} : split(text, ',')) {
    const auto size = parse_integer(piece);
    require(size.has_value(), ErrorKind::checkpoint, "model configuration: expected integers in '",
            key, "', got '", text, "'; the file is damaged");
    sizes.push_back(*size);
  }
  return sizes;
}

const std::string& get(const std::map<std::string, std::string>& config, const std::string& key) {
  const auto found = config.find(key);
  require(found != config.end(), ErrorKind::checkpoint, "model configuration: expected '", key,
          "', got none; make the model in code and load its weights");
  return found->second;
}

}  // namespace

const std::vector<ModelInfo>& models() {
  static const std::vector<ModelInfo> all = {
      {"mlp", "fully connected layers with ReLU, for tables and small images", make_mlp},
      {"lenet", "a small convolutional network, for images from 4 x 4 pixels", make_lenet},
  };
  return all;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& info : models()) {
    names.push_back(info.name);
  }
  return names;
}

Model make_model(std::string_view name, const ModelRequest& request) {
  const auto info = std::find_if(models().begin(), models().end(),
                                 [&](const ModelInfo& known) { return known.name == name; });
  require(info != models().end(), ErrorKind::usage, "unknown model '", name, "'",
          suggest_name(name, model_names()));
  auto model = info->make(request);
  model.config["input_shape"] = format_sizes(request.input_shape);
  return model;
}

Model make_model(const std::map<std::string, std::string>& config) {
  const auto outputs = parse_sizes("outputs", get(config, "outputs"));
  require(outputs.size() == 1, ErrorKind::checkpoint,
          "model configuration: expected one number in 'outputs', got '", get(config, "outputs"),
          "'; the file is damaged");
  ModelRequest request{.input_shape = parse_sizes("input_shape", get(config, "input_shape")),
                       .outputs = outputs.front(),
                       .hidden = std::nullopt};
  if (config.contains("hidden")) {
    request.hidden = parse_sizes("hidden", config.at("hidden"));
  }
  return make_model(get(config, "model"), request);
}

}  // namespace onecycle
