// A training step of lenet on 28x28 images, against the network of the Python baselines (two
// convolutions with ReLU and pooling, no batch norm) written by hand, in both memory orders.
#include "onecycle/model/lenet.h"

#include <ATen/ops/_fused_adam.h>
#include <benchmark/benchmark.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

namespace onecycle {
namespace {

class HandWritten : public torch::nn::Module {
 public:
  explicit HandWritten(torch::MemoryFormat format) : format_(format) {
    for (auto* conv : {&conv1_, &conv2_}) {
      register_module(conv == &conv1_ ? "conv1" : "conv2", *conv);
      (*conv)->weight.set_data((*conv)->weight.contiguous(format));
    }
    register_module("hidden", hidden_);
    register_module("output", output_);
  }

  torch::Tensor forward(const torch::Tensor& input) {
    auto x = torch::max_pool2d(conv1_->forward(input.contiguous(format_)).relu_(), 2);
    x = torch::max_pool2d(conv2_->forward(x).relu_(), 2);
    return output_->forward(hidden_->forward(x.flatten(1)).relu_());
  }

 private:
  torch::MemoryFormat format_;
  torch::nn::Conv2d conv1_{torch::nn::Conv2dOptions(1, 32, 3).padding(1)};
  torch::nn::Conv2d conv2_{torch::nn::Conv2dOptions(32, 64, 3).padding(1)};
  torch::nn::Linear hidden_{64 * 7 * 7, 128};
  torch::nn::Linear output_{128, 10};
};

// Forward, backward and LibTorch's fused Adam, without a learner.
void train(benchmark::State& state, const Model& model) {
  const auto batch = state.range(0);
  const auto x = torch::randn({batch, 1, 28, 28});
  const auto y = torch::randint(10, {batch});
  const auto parameters = model.module->parameters();
  std::vector<torch::Tensor> gradients(parameters.size());
  std::vector<torch::Tensor> means;
  std::vector<torch::Tensor> squares;
  std::vector<torch::Tensor> steps;
  for (const auto& parameter : parameters) {
    means.push_back(torch::zeros_like(parameter));
    squares.push_back(torch::zeros_like(parameter));
    steps.push_back(torch::zeros({}));
  }
  for (auto unused : state) {
    model.module->zero_grad();
    torch::nn::functional::cross_entropy(model.forward(x), y).backward();
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      gradients[i] = parameters[i].grad();
      steps[i].add_(1);
    }
    at::_fused_adam_(parameters, gradients, means, squares, {}, steps, 1e-3, 0.9, 0.99, 0.0, 1e-8,
                     false, false);
  }
  state.SetItemsProcessed(state.iterations() * batch);
}

void train_lenet(benchmark::State& state) {
  train(state, lenet({.channels = 1, .height = 28, .width = 28, .outputs = 10}));
}

void train_by_hand(benchmark::State& state) {
  train(state, wrap_model(std::make_shared<HandWritten>(torch::MemoryFormat::ChannelsLast)));
}

void train_by_hand_nchw(benchmark::State& state) {
  train(state, wrap_model(std::make_shared<HandWritten>(torch::MemoryFormat::Contiguous)));
}

BENCHMARK(train_lenet)->Arg(64)->Arg(128)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(train_by_hand)->Arg(64)->Arg(128)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(train_by_hand_nchw)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace onecycle

BENCHMARK_MAIN();
