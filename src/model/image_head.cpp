#include "model/image_head.h"

#include <torch/nn/functional/dropout.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/linear.h>

namespace onecycle {
namespace {

constexpr std::int64_t kFastaiHidden = 512;

class FastaiHead : public torch::nn::Module {
 public:
  FastaiHead(std::int64_t features, std::int64_t outputs)
      : norm_(register_module("2", torch::nn::BatchNorm1d(2 * features))),
        hidden_(register_module("4", linear(2 * features, kFastaiHidden))),
        hidden_norm_(register_module("6", torch::nn::BatchNorm1d(kFastaiHidden))),
        output_(register_module("8", linear(kFastaiHidden, outputs))) {
    const torch::NoGradGuard no_grad;
    for (const auto& layer : {hidden_, output_}) {
      torch::nn::init::kaiming_normal_(layer->weight);
    }
    for (const auto& layer : {norm_, hidden_norm_}) {
      layer->bias.fill_(1e-3);  // fastai's
    }
  }

  torch::Tensor forward(const torch::Tensor& maps) {
    auto x = torch::cat({maps.amax({2, 3}), maps.mean({2, 3})}, 1);
    x = torch::dropout(norm_->forward(x), 0.25, is_training());
    x = hidden_norm_->forward(hidden_->forward(x).relu_());
    return output_->forward(torch::dropout(x, 0.5, is_training()));
  }

 private:
  static torch::nn::Linear linear(std::int64_t inputs, std::int64_t outputs) {
    torch::nn::Linear layer(torch::nn::LinearOptions(inputs, outputs).bias(false));
    return layer;
  }

  torch::nn::BatchNorm1d norm_;
  torch::nn::Linear hidden_;
  torch::nn::BatchNorm1d hidden_norm_;
  torch::nn::Linear output_;
};

}  // namespace

HeadFunction register_head(torch::nn::Module& network, Head kind, std::int64_t features,
                           std::int64_t outputs) {
  if (kind == Head::fastai) {
    auto head = network.register_module("head", std::make_shared<FastaiHead>(features, outputs));
    return [head](const torch::Tensor& maps) { return head->forward(maps); };
  }
  auto linear = network.register_module("fc", torch::nn::Linear(features, outputs));
  return [linear](const torch::Tensor& maps) mutable { return linear->forward(maps.mean({2, 3})); };
}

const char* head_prefix(Head kind) { return kind == Head::fastai ? "head." : "fc."; }

}  // namespace onecycle
