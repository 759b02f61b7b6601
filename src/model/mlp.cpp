#include "onecycle/model/mlp.h"

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>

#include "model/shape.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

class Mlp : public torch::nn::Module {
 public:
  explicit Mlp(const MlpOptions& options) : inputs_(options.inputs) {
    std::int64_t width = options.inputs;
    auto body = options.hidden.empty() ? nullptr : register_module("body", torch::nn::ModuleList());
    for (const auto next : options.hidden) {
      body->push_back(hidden_.emplace_back(torch::nn::LinearOptions(width, next)));
      width = next;
    }
    head_ = register_module("head", torch::nn::Linear(width, options.outputs));
  }

  torch::Tensor forward(const torch::Tensor& input) {
    auto x = input.dim() == 2 ? input : input.flatten(1);
    require(x.size(1) == inputs_, ErrorKind::usage, "mlp: expected examples of ", inputs_,
            " values, got ", x.size(1), "; make the model for this data");
    for (auto& layer : hidden_) {
      // In place: the gradient of ReLU needs its result only.
      x = layer->forward(x).relu_();
    }
    return head_->forward(x);
  }

 private:
  std::int64_t inputs_;
  std::vector<torch::nn::Linear> hidden_;
  torch::nn::Linear head_{nullptr};
};

}  // namespace

Model mlp(const MlpOptions& options) {
  require_positive("mlp", "inputs", options.inputs);
  require_positive("mlp", "outputs", options.outputs);
  for (const auto width : options.hidden) {
    require_positive("mlp", "hidden layers", width);
  }
  auto model = wrap_model(std::make_shared<Mlp>(options), "mlp");
  GroupPrefixes prefixes;
  for (std::size_t layer = 0; layer < options.hidden.size(); ++layer) {
    const auto name = cat("body.", layer);
    prefixes.push_back({name, {name + "."}});
  }
  prefixes.push_back({"head", {"head."}});
  model.groups = split_by_prefix(*model.module, prefixes);
  model.config = {{"model", "mlp"},
                  {"input_shape", cat(options.inputs)},
                  {"outputs", cat(options.outputs)},
                  {"hidden", format_sizes(options.hidden)}};
  return model;
}

}  // namespace onecycle
