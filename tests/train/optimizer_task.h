// A task for tests of optimizers, and the comparison with a rule that a test writes out.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "onecycle/train/optimizer.h"
#include "train/toy.h"

namespace onecycle::toy {

/// A model in float64 (two layers with weight and bias, a group each), and a loss that moves all
/// its parameters.
struct OptimizerTask {
  Model model = toy::model(/*plain=*/true);
  torch::Tensor inputs;
  OptimizerTask() {
    model.module->to(torch::kDouble);
    inputs = toy::data(12, torch::kDouble)->inputs();
  }
  void backward() const { model.forward(inputs).square().mean().backward(); }
  [[nodiscard]] NetImpl& net() const { return dynamic_cast<NetImpl&>(*model.module); }

  /// Some updates with gradients of the loss.
  void train(Optimizer& optimizer, int updates) const {
    for (int i = 0; i < updates; ++i) {
      backward();
      optimizer.step();
      optimizer.zero_grad();
    }
  }
};

inline constexpr int kUpdates = 20;

/// What a schedule would prescribe.
inline double rate_at(int update) { return 0.01 + 0.002 * update; }
inline double momentum_at(int update) { return 0.95 - 0.01 * update; }

inline void prescribe(Optimizer& optimizer, int update) {
  for (GroupValues& values : optimizer.values()) {
    values.lr = rate_at(update);
    values.momentum = momentum_at(update);
  }
}

/// Relative to the size of each parameter.
inline void expect_same_weights(const Model& left, const Model& right, double tolerance) {
  const auto ours = left.module->named_parameters();
  const auto theirs = right.module->named_parameters();
  for (const auto& each : ours) {
    const torch::Tensor& other = theirs[each.key()];
    const auto off = (each.value() - other).abs().max().item<double>();
    EXPECT_LE(off, tolerance * other.abs().max().item<double>()) << each.key();
  }
}

/// One step of one parameter, in the words of papers.
struct Step {
  double lr, momentum;
  int n;        // of this step, from 1
  bool weight;  // and not a bias
};
/// What the rule remembers of the parameter; zeros at first.
using Memory = std::map<std::string, torch::Tensor>;
using Rule = std::function<torch::Tensor(const torch::Tensor& p, const torch::Tensor& g,
                                         const Step& step, Memory& memory)>;

/// The memory `name`, zeros at first.
inline torch::Tensor& in(Memory& memory, const std::string& name, const torch::Tensor& like) {
  torch::Tensor& value = memory[name];
  if (!value.defined()) {
    value = torch::zeros_like(like);
  }
  return value;
}

/// Trains two equal models, one by the optimizer and one by the rule, which returns the parameter
/// after the step, with changing rates and momenta.
inline void expect_rule(const OptimizerOptions& options, const Rule& rule,
                        const DecayExclusion& exclusion = {}) {
  const OptimizerTask a;
  const OptimizerTask b;
  const auto optimizer = make_optimizer(a.model, options, 0.1, exclusion);
  std::map<std::string, Memory> memories;
  for (int i = 0; i < kUpdates; ++i) {
    prescribe(*optimizer, i);
    a.train(*optimizer, 1);
    b.backward();
    const torch::NoGradGuard no_grad;
    for (auto& item : b.model.module->named_parameters()) {
      torch::Tensor& p = item.value();
      const Step step{rate_at(i), momentum_at(i), i + 1, p.dim() > 1};
      p.copy_(rule(p, p.grad(), step, memories[item.key()]));
      p.mutable_grad() = torch::Tensor();
    }
  }
  expect_same_weights(a.model, b.model, 1e-12);
}

}  // namespace onecycle::toy
