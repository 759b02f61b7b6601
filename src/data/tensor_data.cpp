#include "onecycle/data/tensor_data.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "core/json.h"
#include "onecycle/core/error.h"
#include "onecycle/data/safetensors.h"

namespace onecycle {
namespace {

constexpr std::int64_t kMostNewClasses = 100'000;  // a larger index is rather a mistake

std::optional<torch::Tensor> tensor_named(const TensorFile& file, std::string_view name) {
  const auto found = std::find_if(file.tensors.begin(), file.tensors.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == file.tensors.end() ? std::nullopt : std::optional(found->second);
}

/// The pair `prefix`inputs and `prefix`targets, checked.
Batch pair_named(const TensorFile& file, const std::string& prefix, const std::string& source) {
  const auto inputs = tensor_named(file, prefix + "inputs");
  const auto targets = tensor_named(file, prefix + "targets");
  require(inputs && targets, ErrorKind::data, source, ": expected tensors '", prefix,
          "inputs' and '", prefix, "targets', got ", inputs ? "no targets" : "no inputs");
  require(inputs->dim() >= 2 && targets->dim() == 1 && inputs->size(0) == targets->size(0) &&
              inputs->numel() > 0,
          ErrorKind::data, source, ": expected ", prefix, "inputs [N, ...] and ", prefix,
          "targets [N] with N of at least 1, got ", inputs->dim(), " and ", targets->dim(),
          " dimensions");
  return {.inputs = *inputs, .targets = *targets};
}

bool are_images(const torch::Tensor& inputs) {
  return inputs.scalar_type() == torch::kByte && inputs.dim() == 4 &&
         (inputs.size(1) == 1 || inputs.size(1) == 3);
}

torch::Tensor checked_numbers(const torch::Tensor& values, std::string_view what,
                              const std::string& source) {
  require(torch::isfinite(values).all().item<bool>(), ErrorKind::data, source, ": '", what,
          "': expected finite numbers, got some that are not");
  return values;
}

std::vector<std::string> class_names(const TensorFile& file, const torch::Tensor& targets,
                                     const std::string& source) {
  const auto least = targets.min().item<std::int64_t>();
  const auto most = targets.max().item<std::int64_t>();
  require(least >= 0 && most < kMostNewClasses, ErrorKind::data, source,
          ": 'targets': expected class indices from 0 on, got ", least < 0 ? least : most);
  std::vector<std::string> names;
  if (const auto text = file.metadata.find("classes"); text != file.metadata.end()) {
    const Json list = Json::parse(text->second, nullptr, /*allow_exceptions=*/false);
    const bool strings =
        list.is_array() &&
        std::all_of(list.begin(), list.end(), [](const Json& j) { return j.is_string(); });
    require(strings, ErrorKind::data, source,
            ": metadata 'classes': expected a JSON list of names, got '", text->second, "'");
    names = list.get<std::vector<std::string>>();
    require(std::cmp_less(most, names.size()), ErrorKind::data, source,
            ": expected a name in 'classes' for each class, got ", names.size(),
            " names and the class ", most);
  } else {
    for (std::int64_t c = 0; c <= most; ++c) {
      names.push_back(cat(c));
    }
  }
  require(names.size() >= 2, ErrorKind::data, source,
          ": 'targets': expected at least two classes, got one");
  return names;
}

SplitIndices parts_of(std::int64_t train, std::int64_t valid) {
  SplitIndices parts{.train = std::vector<std::int64_t>(static_cast<std::size_t>(train)),
                     .valid = std::vector<std::int64_t>(static_cast<std::size_t>(valid))};
  std::iota(parts.train.begin(), parts.train.end(), 0);
  std::iota(parts.valid.begin(), parts.valid.end(), train);
  return parts;
}

}  // namespace

LoadedData read_tensor_data(const std::filesystem::path& path) {
  const std::string& source = path.native();
  const TensorFile file = load_tensors(path);
  Batch all = pair_named(file, "", source);
  LoadedData data{.name = path.stem().native()};
  if (tensor_named(file, "valid.inputs") || tensor_named(file, "valid.targets")) {
    const Batch valid = pair_named(file, "valid.", source);
    require(valid.inputs.scalar_type() == all.inputs.scalar_type() &&
                valid.targets.scalar_type() == all.targets.scalar_type() &&
                valid.inputs.sizes().slice(1) == all.inputs.sizes().slice(1),
            ErrorKind::data, source,
            ": expected 'valid.inputs' and 'valid.targets' of the types and shape of 'inputs' and "
            "'targets', got others");
    data.parts = parts_of(all.inputs.size(0), valid.inputs.size(0));
    all = {.inputs = at::cat({all.inputs, valid.inputs}),
           .targets = at::cat({all.targets, valid.targets})};
  }
  data.images = are_images(all.inputs);
  data.task.target = "targets";
  data.task.input_shape = all.inputs.sizes().slice(1).vec();
  if (all.targets.is_floating_point()) {
    data.task.kind = TaskKind::regression;
    all.targets = checked_numbers(all.targets.to(torch::kDouble), "targets", source);
  } else {
    require(all.targets.scalar_type() == torch::kLong, ErrorKind::data, source,
            ": 'targets': expected int64 classes or floating-point values, got ",
            torch::toString(all.targets.scalar_type()));
    data.task.classes = class_names(file, all.targets, source);
  }
  if (!data.images) {
    require(all.inputs.is_floating_point() || all.inputs.scalar_type() == torch::kByte,
            ErrorKind::data, source, ": 'inputs': expected floating-point numbers or bytes, got ",
            torch::toString(all.inputs.scalar_type()));
    all.inputs = checked_numbers(all.inputs.to(torch::kFloat), "inputs", source);
  }
  data.targets = all.targets;
  data.examples = std::make_shared<TensorDataset>(all.inputs, all.targets);
  data.facts = {{"examples", cat(data.examples->size())},
                {"inputs", data.images ? "images" : "numbers"},
                {"task", to_string(data.task.kind)}};
  return data;
}

}  // namespace onecycle
