#include "onecycle/train/optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <functional>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// A model in float64, and a loss that moves all its parameters.
struct Task {
  Model model = toy::model(/*plain=*/true);
  torch::Tensor inputs;
  Task() {
    model.module->to(torch::kDouble);
    inputs = toy::data(12, torch::kDouble)->inputs();
  }
  void backward() { model.forward(inputs).square().mean().backward(); }
};

/// Trains two equal models for some updates with changing rates and momenta, one by `ours`, one by
/// LibTorch's optimizer, and compares all weights.
void expect_same_updates(
    const OptimizerOptions& options,
    const std::function<std::unique_ptr<torch::optim::Optimizer>(std::vector<torch::Tensor>)>&
        make_theirs,
    const std::function<void(torch::optim::OptimizerOptions&, double)>& write_momentum) {
  Task a;
  Task b;
  const auto ours = make_optimizer(a.model, options, 0.1, /*decay_all=*/true);
  const auto theirs = make_theirs(b.model.module->parameters());
  for (int i = 0; i < 25; ++i) {
    const double lr = 0.01 + 0.002 * i;
    const double momentum = 0.95 - 0.01 * i;
    for (GroupValues& values : ours->values()) {
      values.lr = lr;
      values.momentum = momentum;
    }
    theirs->param_groups()[0].options().set_lr(lr);
    write_momentum(theirs->param_groups()[0].options(), momentum);
    a.backward();
    b.backward();
    ours->step();
    theirs->step();
    ours->zero_grad();
    theirs->zero_grad();
  }
  const auto left = a.model.module->parameters();
  const auto right = b.model.module->parameters();
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_TRUE(torch::allclose(left[i], right[i], 1e-10, 1e-13)) << i;
  }
}

TEST(Optimizer, SgdEqualsLibTorchs) {
  for (const bool nesterov : {false, true}) {
    expect_same_updates(
        Sgd{.momentum = 0.9, .weight_decay = 0.02, .nesterov = nesterov},
        [&](auto parameters) {
          return std::make_unique<torch::optim::SGD>(
              parameters,
              torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.02).nesterov(nesterov));
        },
        [](auto& options, double momentum) {
          static_cast<torch::optim::SGDOptions&>(options).momentum(momentum);
        });
  }
}

TEST(Optimizer, SgdWithoutMomentumEqualsLibTorchs) {
  expect_same_updates(
      Sgd{.momentum = 0.0},
      [](auto parameters) {
        return std::make_unique<torch::optim::SGD>(parameters, torch::optim::SGDOptions(0.1));
      },
      [](auto&, double) {});
}

TEST(Optimizer, AdamWithCycledBeta1EqualsLibTorchs) {
  expect_same_updates(
      Adam{.beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.02},
      [](auto parameters) {
        return std::make_unique<torch::optim::Adam>(
            parameters, torch::optim::AdamOptions(0.1).weight_decay(0.02));
      },
      [](auto& options, double momentum) {
        static_cast<torch::optim::AdamOptions&>(options).betas({momentum, 0.999});
      });
}

TEST(Optimizer, AdamWWithCycledBeta1EqualsLibTorchs) {
  expect_same_updates(
      AdamW{.beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.05},
      [](auto parameters) {
        return std::make_unique<torch::optim::AdamW>(
            parameters, torch::optim::AdamWOptions(0.1).weight_decay(0.05));
      },
      [](auto& options, double momentum) {
        static_cast<torch::optim::AdamWOptions&>(options).betas({momentum, 0.999});
      });
}

TEST(Optimizer, EachGroupMovesAtItsOwnRate) {
  Task task;
  const auto optimizer = make_optimizer(task.model, Sgd{.momentum = 0.0});
  optimizer->values()[0].lr = 0.0;
  optimizer->values()[1].lr = 0.5;
  auto& net = dynamic_cast<toy::NetImpl&>(*task.model.module);
  const torch::Tensor body = net.body->weight.detach().clone();
  const torch::Tensor head = net.head->weight.detach().clone();
  task.backward();
  const torch::Tensor gradient = net.head->weight.grad().clone();
  optimizer->step();
  EXPECT_TRUE(torch::equal(net.body->weight, body));
  EXPECT_TRUE(torch::allclose(net.head->weight, head - 0.5 * gradient, 1e-12, 0.0));
}

TEST(Optimizer, BiasesDoNotDecayUnlessAsked) {
  for (const bool all : {false, true}) {
    Task task;
    auto& net = dynamic_cast<toy::NetImpl&>(*task.model.module);
    const torch::Tensor bias = net.body->bias.detach().clone();
    const torch::Tensor weight = net.body->weight.detach().clone();
    const auto optimizer = make_optimizer(task.model, AdamW{.weight_decay = 0.5}, 0.1, all);
    for (auto& parameter : net.parameters()) {
      parameter.mutable_grad() = torch::zeros_like(parameter);
    }
    optimizer->step();
    EXPECT_TRUE(torch::allclose(net.body->weight, weight * 0.95, 1e-12, 0.0));
    EXPECT_TRUE(torch::allclose(net.body->bias, all ? bias * 0.95 : bias, 1e-12, 0.0));
  }
}

TEST(Optimizer, PassesOverParametersWithoutGradient) {
  Task task;
  auto& net = dynamic_cast<toy::NetImpl&>(*task.model.module);
  net.body->weight.set_requires_grad(false);
  const torch::Tensor body = net.body->weight.detach().clone();
  const auto optimizer = make_optimizer(task.model, Adam{});
  task.backward();
  optimizer->step();
  EXPECT_TRUE(torch::equal(net.body->weight, body));
  const TrainState state = save_state([&](StateArchive& a) { optimizer->state(a); });
  for (const auto& [name, tensor] : state.tensors) {
    EXPECT_EQ(name.find("body.weight"), std::string::npos) << "memory for a frozen parameter";
  }
}

TEST(Optimizer, OnlySgdWithoutMomentumHasNone) {
  const Model model = toy::model();
  EXPECT_FALSE(make_optimizer(model, Sgd{.momentum = 0.0})->has_momentum());
  EXPECT_TRUE(make_optimizer(model, Sgd{})->has_momentum());
  EXPECT_TRUE(make_optimizer(model, Adam{})->has_momentum());
}

TEST(Optimizer, RefusesOptionsOutOfRange) {
  const Model model = toy::model();
  const auto refusal = [&](const OptimizerOptions& options) {
    return message_of(ErrorKind::usage, [&] { (void)make_optimizer(model, options); });
  };
  EXPECT_EQ(refusal(Sgd{.momentum = 1.0}), "momentum: expected a number in [0, 1), got 1");
  EXPECT_EQ(refusal(Sgd{.momentum = 0.0, .nesterov = true}),
            "nesterov: expected momentum > 0, got 0; set a momentum such as 0.9");
  EXPECT_EQ(refusal(Sgd{.weight_decay = -1.0}),
            "weight decay: expected a finite number >= 0, got -1");
  EXPECT_EQ(refusal(Adam{.beta2 = 1.5}), "beta2: expected a number in [0, 1), got 1.5");
  EXPECT_EQ(refusal(AdamW{.eps = 0.0}), "eps: expected a finite number > 0, got 0");
}

}  // namespace
}  // namespace onecycle
