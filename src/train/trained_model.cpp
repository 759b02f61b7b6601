#include "onecycle/train/trained_model.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <map>

#include "core/json.h"
#include "model/saved_config.h"
#include "onecycle/core/error.h"
#include "onecycle/data/image_files.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/model/catalogue.h"

namespace onecycle {
namespace {

template <class List>
std::string as_json(const List& list) {
  return Json(list).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The metadata of one file, for reading.
class Metadata {
 public:
  Metadata(std::string source, const std::map<std::string, std::string>& texts)
      : source_(std::move(source)), texts_(texts) {}

  [[nodiscard]] const std::string& text(const std::string& key) const {
    const auto found = texts_.find(key);
    require(found != texts_.end(), ErrorKind::checkpoint, source_,
            ": expected the weights of a run of onecycle, got a file without '", key,
            "'; take model.safetensors of a run, or name the model with --model");
    return found->second;
  }

  template <class List>
  [[nodiscard]] List list(const std::string& key) const {
    const Json json = Json::parse(text(key), nullptr, /*allow_exceptions=*/false);
    try {
      return json.get<List>();
    } catch (const Json::exception&) {
      fail(ErrorKind::checkpoint, source_, ": '", key, "': expected a list or table in JSON, got '",
           text(key), "'; the file is damaged");
    }
  }

 private:
  std::string source_;
  const std::map<std::string, std::string>& texts_;
};

Task task_of(const Metadata& metadata) {
  Task task{.kind = metadata.text("task.kind") == to_string(TaskKind::regression)
                        ? TaskKind::regression
                        : TaskKind::classification,
            .target = metadata.text("task.target")};
  task.classes = metadata.list<std::vector<std::string>>("task.classes");
  task.input_shape = metadata.list<std::vector<std::int64_t>>("task.input_shape");
  task.features = metadata.list<std::vector<std::string>>("task.features");
  task.fills = metadata.list<std::map<std::string, double>>("task.fills");
  return task;
}

}  // namespace

void save_trained_model(const std::filesystem::path& path, const TrainedModel& trained,
                        const NamedTensors& weights) {
  TensorFile file{.tensors = weights, .metadata = {{"format", "pt"}}};
  for (const auto& [name, tensor] : trained.standardization.tensors()) {
    file.tensors.emplace_back(name, tensor);
  }
  file.metadata.merge(saved_config(trained.model, path));
  const Task& task = trained.task;
  file.metadata["task.kind"] = to_string(task.kind);
  file.metadata["task.target"] = task.target;
  file.metadata["task.classes"] = as_json(task.classes);
  file.metadata["task.features"] = as_json(task.features);
  file.metadata["task.fills"] = as_json(task.fills);
  file.metadata["task.input_shape"] = as_json(task.input_shape);
  if (trained.resize) {
    file.metadata[kResizeKey] = to_string(*trained.resize);
  }
  save_tensors(path, file);
}

TrainedModel load_trained_model(const std::filesystem::path& path) {
  const TensorFile file = load_tensors(path);
  const Metadata metadata(path.native(), file.metadata);
  Task task = task_of(metadata);  // the first: it tells files that no run wrote
  TrainedModel trained{.model = make_model(config_in(file.metadata, path)),
                       .task = std::move(task)};
  NamedTensors weights;
  NamedTensors statistics;
  for (const auto& entry : file.tensors) {
    (entry.first.starts_with(kStandardizePrefix) ? statistics : weights).push_back(entry);
  }
  load_weights(*trained.model.module, weights, path.native());
  trained.standardization = Standardization::from_tensors(statistics);
  if (const auto resize = file.metadata.find(kResizeKey); resize != file.metadata.end()) {
    trained.resize = resize_method(resize->second);
  }
  trained.model.module->eval();
  return trained;
}

torch::Tensor predict(const TrainedModel& trained, const torch::Tensor& inputs) {
  const std::vector<std::int64_t>& shape = trained.task.input_shape;
  require(inputs.dim() == static_cast<std::int64_t>(shape.size()) + 1 &&
              std::equal(shape.begin(), shape.end(), inputs.sizes().begin() + 1),
          ErrorKind::usage, "predict: expected inputs of ", as_json(shape), " each, got ",
          as_json(inputs.sizes().vec()), " in all");
  const torch::NoGradGuard no_grad;
  const torch::Tensor outputs =
      trained.model.forward(trained.standardization.inputs.apply(inputs)).to(torch::kFloat);
  if (trained.task.kind == TaskKind::classification) {
    return at::softmax(outputs, 1);
  }
  return trained.standardization.targets->undo(outputs.flatten()).to(torch::kFloat);
}

torch::Tensor read_inputs(const TrainedModel& trained, const std::vector<std::string>& files) {
  require(trained.resize.has_value(), ErrorKind::usage,
          "predict: expected a model of images from files, got one of ",
          trained.task.features.empty() ? "other inputs; give them as a tensor"
                                        : "the columns of a table; give it a table");
  const std::vector<std::int64_t>& shape = trained.task.input_shape;
  return read_image_files({files.begin(), files.end()},
                          {.channels = shape[0],
                           .size = {.height = shape[1], .width = shape[2]},
                           .resize = trained.resize});
}

}  // namespace onecycle
