#include "onecycle/model/catalogue.h"

#include <algorithm>
#include <limits>

#include "model/shape.h"
#include "onecycle/core/error.h"
#include "onecycle/model/lenet.h"
#include "onecycle/model/mlp.h"
#include "onecycle/model/resnet.h"
#include "onecycle/model/script.h"
#include "schedule/entries.h"

namespace onecycle {
namespace {

constexpr std::string_view kWide = "wrn-";

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

void require_no_hidden(const std::string& name, const ModelRequest& request) {
  require(!request.hidden, ErrorKind::usage, name,
          ": expected no hidden widths, got some; leave them out or use mlp");
}

/// The number of channels of its images.
std::int64_t image_channels(const std::string& name, const ModelRequest& request) {
  require(request.input_shape.size() == 3, ErrorKind::usage, name,
          ": expected images (channels x height x width), got examples of ",
          format_sizes(request.input_shape, " x "), " values; use mlp for tables");
  require_no_hidden(name, request);
  return request.input_shape[0];
}

/// For models that have none.
struct NoOptions {
  static constexpr std::string_view name = "this model";
  static constexpr auto fields() { return std::tuple{}; }
};

template <class Options>
Options options_of(const ModelRequest& request) {
  std::vector<Setting> settings;
  settings.reserve(request.options.size());
  for (const auto& [name, value] : request.options) {
    settings.push_back({.name = name, .value = value});
  }
  return detail::checked(detail::make<Options>(settings));
}

template <class Options>
std::vector<FieldInfo> describe_options() {
  return std::apply(
      [](const auto&... field) { return std::vector<FieldInfo>{detail::describe(field)...}; },
      Options::fields());
}

Model make_mlp(const std::string& /*name*/, const ModelRequest& request) {
  (void)options_of<NoOptions>(request);
  MlpOptions options{.inputs = count_values(request.input_shape), .outputs = request.outputs};
  if (request.hidden) {
    options.hidden = *request.hidden;
  }
  return mlp(options);
}

Model make_lenet(const std::string& name, const ModelRequest& request) {
  (void)options_of<NoOptions>(request);
  const auto channels = image_channels(name, request);
  return lenet({.channels = channels,
                .height = request.input_shape[1],
                .width = request.input_shape[2],
                .outputs = request.outputs});
}

template <class Options>
Options image_options(const std::string& name, const ModelRequest& request) {
  auto options = options_of<Options>(request);
  options.channels = image_channels(name, request);
  options.outputs = request.outputs;
  return options;
}

ModelInfo residual(std::int64_t depth, std::string summary) {
  return {.name = cat("resnet", depth),
          .summary = std::move(summary),
          .options = describe_options<ResNetOptions>(),
          .make = [depth](const std::string& name, const ModelRequest& request) {
            auto options = image_options<ResNetOptions>(name, request);
            options.depth = depth;
            return resnet(options);
          }};
}

ModelInfo cifar_residual(std::int64_t depth, std::string_view size) {
  return {.name = cat("resnet", depth),
          .summary = cat("He et al.'s network of ", depth, " layers for CIFAR, ", size,
                         " parameters, for images of about 32 x 32 pixels"),
          .options = describe_options<CifarResNetOptions>(),
          .make = [depth](const std::string& name, const ModelRequest& request) {
            auto options = image_options<CifarResNetOptions>(name, request);
            options.depth = depth;
            return cifar_resnet(options);
          }};
}

Model make_resnet9(const std::string& name, const ModelRequest& request) {
  return resnet9(image_options<ResNet9Options>(name, request));
}

Model make_wide(const std::string& name, const ModelRequest& request) {
  const auto numbers = split(name.substr(kWide.size()), '-');
  const auto depth = parse_integer(numbers.front());
  const auto width = parse_integer(numbers.back());
  require(numbers.size() == 2 && depth && width, ErrorKind::usage, "unknown model '", name,
          "'; expected wrn-D-K with numbers");
  auto options = image_options<WideResNetOptions>(name, request);
  options.depth = *depth;
  options.width = *width;
  return wide_resnet(options);
}

Model make_script(const std::string& name, const ModelRequest& request) {
  require_no_hidden("script", request);
  auto model = script_model(name.substr(kScriptPrefix.size()), options_of<ScriptOptions>(request));
  require_script_fits(model, request.input_shape, request.outputs);
  model.config["outputs"] = cat(request.outputs);
  return model;
}

std::vector<ModelInfo> all_models() {
  return {
      {.name = "mlp",
       .summary = "fully connected layers with ReLU, for tables and small images",
       .make = make_mlp},
      {.name = "lenet",
       .summary = "a small convolutional network, for images from 4 x 4 pixels",
       .make = make_lenet},
      {.name = "resnet9",
       .summary = "David Page's fast network, 6.6 M parameters, for images of about 32 x 32 pixels",
       .options = describe_options<ResNet9Options>(),
       .make = make_resnet9},
      cifar_residual(20, "0.27 M"),
      cifar_residual(32, "0.46 M"),
      cifar_residual(44, "0.66 M"),
      cifar_residual(56, "0.85 M"),
      cifar_residual(110, "1.7 M"),
      residual(18, "as in torchvision, 11.7 M parameters, for photographs"),
      residual(34, "as in torchvision, 21.8 M parameters, for photographs"),
      residual(50, "as in torchvision, 25.6 M parameters, for photographs"),
      {.name = "wrn-D-K",
       .summary = "wide residual network of D layers, K times as wide, as in wrn-16-8 (11 M) or "
                  "wrn-28-10 (36.5 M parameters)",
       .options = describe_options<WideResNetOptions>(),
       .family = std::string(kWide),
       .make = make_wide},
      {.name = cat(kScriptPrefix, "FILE.pt"),
       .summary = "a TorchScript module, as torch.jit.script(model).save(\"FILE.pt\") writes it",
       .options = describe_options<ScriptOptions>(),
       .family = std::string(kScriptPrefix),
       .make = make_script},
  };
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

/// Takes the value out of the configuration.
std::string take(std::map<std::string, std::string>& config, const std::string& key) {
  const auto found = config.extract(key);
  require(!found.empty(), ErrorKind::checkpoint, "model configuration: expected '", key,
          "', got none; make the model in code and load its weights");
  return found.mapped();
}

}  // namespace

const std::vector<ModelInfo>& models() {
  static const auto all = all_models();
  return all;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  names.reserve(models().size());
  for (const auto& info : models()) {
    names.push_back(info.name);
  }
  return names;
}

const ModelInfo& find_model(std::string_view name) {
  const auto info = std::find_if(models().begin(), models().end(), [&](const ModelInfo& known) {
    return known.family.empty() ? known.name == name : name.starts_with(known.family);
  });
  require(info != models().end(), ErrorKind::usage, "unknown model '", name, "'",
          suggest_name(name, model_names()));
  return *info;
}

Model make_model(std::string_view name, const ModelRequest& request) {
  auto model = find_model(name).make(std::string(name), request);
  model.config["input_shape"] = format_sizes(request.input_shape);
  return model;
}

Model make_model(const std::map<std::string, std::string>& config) {
  auto rest = config;
  const auto outputs = parse_sizes("outputs", take(rest, "outputs"));
  require(outputs.size() == 1, ErrorKind::checkpoint,
          "model configuration: expected one number in 'outputs', got '", config.at("outputs"),
          "'; the file is damaged");
  ModelRequest request{.input_shape = parse_sizes("input_shape", take(rest, "input_shape")),
                       .outputs = outputs.front(),
                       .hidden = std::nullopt};
  if (rest.contains("hidden")) {
    request.hidden = parse_sizes("hidden", take(rest, "hidden"));
  }
  const auto name = take(rest, "model");
  request.options = std::move(rest);
  try {
    return make_model(name, request);
  } catch (const Error& error) {
    fail(ErrorKind::checkpoint, "model configuration: ", error.what());
  }
}

}  // namespace onecycle
