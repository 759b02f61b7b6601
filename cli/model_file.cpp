#include "model_file.h"

#include <nlohmann/json.hpp>

#include "onecycle/model/safetensors.h"

namespace onecycle::cli {
namespace {

template <class List>
std::string as_json(const List& list) {
  return nlohmann::json(list).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void ModelFile::write(const std::filesystem::path& path, const NamedTensors& weights) const {
  TensorFile file{.tensors = weights, .metadata = {{"format", "pt"}}};
  for (const auto& [name, tensor] : standardization.tensors()) {
    file.tensors.emplace_back(name, tensor);
  }
  for (const auto& [key, value] : model.config) {
    file.metadata["model." + key] = value;
  }
  file.metadata["task.kind"] = to_string(task.kind);
  file.metadata["task.target"] = task.target;
  file.metadata["task.classes"] = as_json(task.classes);
  file.metadata["task.features"] = as_json(task.features);
  file.metadata["task.input_shape"] = as_json(task.input_shape);
  save_tensors(path, file);
}

}  // namespace onecycle::cli
