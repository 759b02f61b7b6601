// Our optimizers against LibTorch's, number for number.
#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include "train/optimizer_task.h"
#include "train/torch_optimizer.h"

namespace onecycle {
namespace {

/// Trains two equal models with changing rates and momenta, one by `ours`, one by LibTorch's.
template <class Theirs, class Options>
void expect_same_updates(const OptimizerOptions& ours, const Options& theirs,
                         double (*momentum_at)(int) = toy::momentum_at) {
  const toy::OptimizerTask a;
  const toy::OptimizerTask b;
  const auto optimizer = make_optimizer(a.model, ours, 0.1, {.small = false});
  Theirs other(b.model.module->parameters(), theirs);
  auto& options = other.param_groups()[0].options();
  const bool moves = momentum_is_used(options);
  for (int i = 0; i < toy::kUpdates; ++i) {
    toy::prescribe(*optimizer, i);
    for (GroupValues& values : optimizer->values()) {
      values.momentum = momentum_at(i);
    }
    options.set_lr(toy::rate_at(i));
    if (moves) {
      write_momentum(options, momentum_at(i));
    }
    a.train(*optimizer, 1);
    b.backward();
    other.step();
    other.zero_grad();
  }
  toy::expect_same_weights(a.model, b.model, 1e-12);
}

using torch::optim::AdamOptions;
using torch::optim::AdamWOptions;
using torch::optim::RMSpropOptions;
using torch::optim::SGDOptions;

TEST(OptimizerAgainstLibTorch, Sgd) {
  for (const bool nesterov : {false, true}) {
    expect_same_updates<torch::optim::SGD>(
        Sgd{.nesterov = nesterov, .weight_decay = 0.02},
        SGDOptions(0.1).momentum(0.9).weight_decay(0.02).nesterov(nesterov));
  }
}

TEST(OptimizerAgainstLibTorch, SgdWithoutMomentum) {
  expect_same_updates<torch::optim::SGD>(Sgd{.momentum = 0.0}, SGDOptions(0.1));
}

TEST(OptimizerAgainstLibTorch, SgdWithDampening) {
  expect_same_updates<torch::optim::SGD>(
      Sgd{.dampening = 0.3, .weight_decay = 0.02},
      SGDOptions(0.1).momentum(0.9).dampening(0.3).weight_decay(0.02));
}

TEST(OptimizerAgainstLibTorch, SgdWhoseScheduledMomentumIs0AtTimes) {
  const auto momentum_at = [](int update) { return update < 3 || update == 9 ? 0.0 : 0.8; };
  for (const double dampening : {0.0, 0.3}) {
    expect_same_updates<torch::optim::SGD>(Sgd{.dampening = dampening},
                                           SGDOptions(0.1).momentum(0.9).dampening(dampening),
                                           momentum_at);
  }
  expect_same_updates<torch::optim::SGD>(Sgd{.nesterov = true},
                                         SGDOptions(0.1).momentum(0.9).nesterov(true), momentum_at);
}

TEST(OptimizerAgainstLibTorch, AdamWithCycledBeta1) {
  for (const bool amsgrad : {false, true}) {
    expect_same_updates<torch::optim::Adam>(
        Adam{.beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.02, .amsgrad = amsgrad},
        AdamOptions(0.1).weight_decay(0.02).amsgrad(amsgrad));
  }
}

TEST(OptimizerAgainstLibTorch, AdamWWithCycledBeta1) {
  for (const bool amsgrad : {false, true}) {
    const auto theirs = AdamWOptions(0.1).weight_decay(0.05).amsgrad(amsgrad);
    expect_same_updates<torch::optim::AdamW>(
        AdamW{.beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.05, .amsgrad = amsgrad}, theirs);
    expect_same_updates<torch::optim::AdamW>(Adam{.beta2 = 0.999,
                                                  .eps = 1e-8,
                                                  .weight_decay = 0.05,
                                                  .amsgrad = amsgrad,
                                                  .decoupled = true},
                                             theirs);
  }
}

TEST(OptimizerAgainstLibTorch, RmsPropCenteredAndWithMomentum) {
  for (const double momentum : {0.0, 0.9}) {
    for (const bool centered : {false, true}) {
      expect_same_updates<torch::optim::RMSprop>(
          RmsProp{.alpha = 0.9, .momentum = momentum, .centered = centered, .weight_decay = 0.02},
          RMSpropOptions(0.1).alpha(0.9).momentum(momentum).centered(centered).weight_decay(0.02));
    }
  }
}

TEST(OptimizerAgainstLibTorch, RmsPropWhoseScheduledMomentumIs0AtTimes) {
  expect_same_updates<torch::optim::RMSprop>(
      RmsProp{.momentum = 0.9}, RMSpropOptions(0.1).momentum(0.9),
      [](int update) { return update == 4 || update == 9 ? 0.0 : 0.8; });
}

}  // namespace
}  // namespace onecycle
