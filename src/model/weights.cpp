#include "onecycle/model/weights.h"

#include "model/weight_match.h"
#include "onecycle/core/error.h"

namespace onecycle {

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& item : module.named_parameters()) {
    tensors.emplace_back(item.key(), item.value());
  }
  for (const auto& item : module.named_buffers()) {
    tensors.emplace_back(item.key(), item.value());
  }
  return tensors;
}

void load_weights(torch::nn::Module& module, const NamedTensors& tensors,
                  const std::string& source) {
  const auto match = match_weights(named_tensors(module), tensors);
  const auto problems = match.problems();
  require(problems.empty(), ErrorKind::checkpoint, source,
          ": expected the weights of this model, got ", problems,
          "; load them into the model that they were saved from");
  copy_weights(match);
}

}  // namespace onecycle
