// Somebody's program on onecycle::train: their own LibTorch loop under our scheduler.
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/randn.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <cstdlib>
#include <iostream>

#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/train/scheduler.h"

int main() {
  constexpr int iterations = 50;
  torch::manual_seed(1);
  torch::nn::Linear model(4, 1);
  const torch::Tensor inputs = torch::randn({32, 4});
  const torch::Tensor targets = inputs.sum(1, /*keepdim=*/true);

  torch::optim::SGD optimizer(model->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
  onecycle::Scheduler scheduler(optimizer, onecycle::OneCycle{}, 0.1, iterations);
  double first = 0;
  double last = 0;
  for (int i = 0; i < iterations; ++i) {
    optimizer.zero_grad();
    const torch::Tensor loss = torch::mse_loss(model(inputs), targets);
    loss.backward();
    optimizer.step();
    scheduler.step();
    last = loss.item<double>();
    first = i == 0 ? last : first;
  }
  std::cout << "loss " << first << " -> " << last << '\n';
  return last < 0.1 * first && scheduler.rates()[0] < 1e-4 ? EXIT_SUCCESS : EXIT_FAILURE;
}
