// Your own module, optimizer and training loop, with onecycle's finder and scheduler; no Learner.
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>

#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/train/lr_find.h"
#include "onecycle/train/scheduler.h"

namespace {

struct NetImpl : torch::nn::Module {
  torch::Tensor forward(torch::Tensor x) {
    x = torch::relu(first->forward(x));
    x = torch::relu(second->forward(x));
    return head->forward(x);
  }
  torch::nn::Linear first = register_module("first", torch::nn::Linear(2, 64));
  torch::nn::Linear second = register_module("second", torch::nn::Linear(64, 64));
  torch::nn::Linear head = register_module("head", torch::nn::Linear(64, 2));
};
TORCH_MODULE(Net);

// Two spirals wound into one another: points [n, 2], and on which of the two they lie [n].
struct Spirals {
  torch::Tensor points;
  torch::Tensor arm;
};

Spirals make_spirals(std::int64_t n) {
  const auto along = torch::rand({n}).sqrt() * 2.0 * std::numbers::pi;
  const auto arm = torch::arange(n) % 2;
  const auto angle = along + arm * std::numbers::pi;
  const auto points = torch::stack({along * angle.cos(), along * angle.sin()}, 1) / 6.0;
  return {.points = points + 0.02 * torch::randn({n, 2}), .arm = arm};
}

double accuracy(Net& net, const Spirals& data) {
  const torch::NoGradGuard no_grad;
  return net->forward(data.points).argmax(1).eq(data.arm).to(torch::kDouble).mean().item<double>();
}

}  // namespace

int main() {
  torch::manual_seed(1);
  torch::set_num_threads(1);  // a net this small gains nothing from more
  const Spirals train = make_spirals(2000);
  const Spirals test = make_spirals(500);
  Net net;
  torch::optim::SGD sgd(net->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));

  // The forward pass of the next batch, here 64 examples drawn with LibTorch's own generator.
  const auto next_loss = [&] {
    const auto batch = torch::randint(train.points.size(0), {64});
    return torch::nn::functional::cross_entropy(net->forward(train.points.index_select(0, batch)),
                                                train.arm.index_select(0, batch));
  };

  // Which rate? The sweep trains, then puts back net, sgd and generator, bit for bit.
  const onecycle::FindRecord find =
      onecycle::lr_find({.module = *net, .optimizer = sgd, .loss = next_loss},
                        {.rules = {"minimum"}, .certify = true});
  const onecycle::Suggestion& suggestion = find.suggestions.front();
  std::printf("state put back: %s\n", find.state_before == find.state_after ? "yes" : "no");
  if (!suggestion.lr) {
    std::printf("no suggestion: %s\n", suggestion.why.c_str());
    return 1;
  }
  std::printf("suggested rate: %.3g\n", *suggestion.lr);

  // How should it move? One call after each update; `OneCycle` takes the rate up and down again.
  const std::int64_t iterations = 1000;
  onecycle::Scheduler scheduler(sgd, onecycle::OneCycle{}, *suggestion.lr, iterations);
  for (std::int64_t i = 0; i < iterations; ++i) {
    if (i % 200 == 0) {
      std::printf("iteration %3d: rate %.2e\n", static_cast<int>(i), scheduler.rates().front());
    }
    sgd.zero_grad();
    next_loss().backward();
    sgd.step();
    scheduler.step();
  }
  std::printf("accuracy on new points: %.3f\n", accuracy(net, test));
}
