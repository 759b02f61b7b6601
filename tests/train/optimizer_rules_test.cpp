// Our optimizers against formulas written out.
#include <gtest/gtest.h>

#include <cmath>

#include "train/optimizer_task.h"

namespace onecycle {
namespace {

using torch::Tensor;
using toy::in;
using toy::Memory;
using toy::Step;

constexpr double kDecay = 0.2;

/// Decoupled weight decay, of weights alone.
Tensor shrunk(const Tensor& p, const Step& t) {
  return t.weight ? p * (1.0 - t.lr * kDecay) : p.clone();
}

/// m' / (sqrt(v') + eps), after g was taken into the averages.
Tensor adam_step(const Tensor& g, const Step& t, Memory& memory, double beta2, double eps) {
  Tensor& m = in(memory, "m", g);
  Tensor& v = in(memory, "v", g);
  m = t.momentum * m + (1.0 - t.momentum) * g;
  v = beta2 * v + (1.0 - beta2) * g * g;
  const Tensor mean = m / (1.0 - std::pow(t.momentum, t.n));
  const Tensor square = v / (1.0 - std::pow(beta2, t.n));
  return mean / (square.sqrt() + eps);
}

/// above / below, and 1 where one of the norms is 0.
double ratio(double above, double below, bool trusted = true) {
  return trusted && above > 0.0 && below > 0.0 ? above / below : 1.0;
}
double size_of(const Tensor& x) { return x.norm().item<double>(); }

TEST(OptimizerRule, DecoupledSgdShrinksTheWeightsBeforeTheStep) {
  toy::expect_rule(Sgd{.weight_decay = kDecay, .decoupled = true},
                   [](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
                     Tensor& buffer = in(memory, "buffer", g);
                     buffer = t.momentum * buffer + g;
                     return shrunk(p, t) - t.lr * buffer;
                   });
}

TEST(OptimizerRule, DecoupledAdamShrinksTheWeightsBeforeTheStep) {
  toy::expect_rule(Adam{.weight_decay = kDecay, .decoupled = true},
                   [](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
                     return shrunk(p, t) - t.lr * adam_step(g, t, memory, 0.99, 1e-5);
                   });
}

TEST(OptimizerRule, AmsgradDividesByTheLargestAverage) {
  toy::expect_rule(Adam{.amsgrad = true},
                   [](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
                     (void)adam_step(g, t, memory, 0.99, 1e-5);
                     Tensor& most = in(memory, "most", g);
                     most = torch::max(most, memory["v"]);
                     const Tensor mean = memory["m"] / (1.0 - std::pow(t.momentum, t.n));
                     const Tensor divisor = (most / (1.0 - std::pow(0.99, t.n))).sqrt() + 1e-5;
                     return p - t.lr * mean / divisor;
                   });
}

TEST(OptimizerRule, RmsPropBeforeTheDivisionIsFastais) {
  toy::expect_rule(RmsProp{.momentum = 0.9,
                           .weight_decay = kDecay,
                           .decoupled = true,
                           .order = MomentumOrder::before_division},
                   [](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
                     Tensor& v = in(memory, "v", g);
                     Tensor& buffer = in(memory, "buffer", g);
                     v = 0.99 * v + 0.01 * g * g;
                     buffer = t.momentum * buffer + g;
                     return shrunk(p, t) - t.lr * buffer / (v.sqrt() + 1e-8);
                   });
}

TEST(OptimizerRule, CenteredRmsPropStaysFiniteWhereTheVarianceRoundsBelow0) {
  toy::OptimizerTask task;
  const auto optimizer =
      make_optimizer(task.model, RmsProp{.alpha = 0.5, .centered = true}, /*lr=*/1e-9);
  for (int i = 0; i < 200; ++i) {
    for (auto& parameter : task.model.module->parameters()) {
      parameter.mutable_grad() =
          torch::linspace(0.1, 1.0, parameter.numel(), torch::kDouble).view_as(parameter);
    }
    optimizer->step();
  }
  for (const auto& parameter : task.model.module->parameters()) {
    EXPECT_TRUE(torch::isfinite(parameter).all().item<bool>());
  }
}

TEST(OptimizerRule, LarsTrustsWeightsAndNotBiases) {
  for (const bool nesterov : {false, true}) {
    toy::expect_rule(Lars{.nesterov = nesterov, .weight_decay = kDecay, .trust = 0.02},
                     [&](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
                       const double wd = t.weight ? kDecay : 0.0;
                       const double trust =
                           ratio(0.02 * size_of(p), size_of(g) + wd * size_of(p) + 1e-8, t.weight);
                       const Tensor d = trust * (g + wd * p);
                       Tensor& buffer = in(memory, "buffer", g);
                       buffer = t.momentum * buffer + d;
                       return p - t.lr * (nesterov ? d + t.momentum * buffer : buffer);
                     });
  }
}

TEST(OptimizerRule, DecoupledLarsHasNoDecayInTheRatioAndBoundsIt) {
  toy::expect_rule(
      Lars{.weight_decay = kDecay, .decoupled = true, .trust = 0.02, .max_trust = 0.01},
      [](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
        const Tensor small = shrunk(p, t);
        const double trust =
            t.weight ? std::min(0.01, ratio(0.02 * size_of(small), size_of(g) + 1e-8)) : 1.0;
        Tensor& buffer = in(memory, "buffer", g);
        buffer = t.momentum * buffer + trust * g;
        return small - t.lr * buffer;
      });
}

TEST(OptimizerRule, LambTrustsWeightsAndNotBiases) {
  toy::expect_rule(Lamb{.weight_decay = kDecay}, [](const Tensor& p, const Tensor& g, const Step& t,
                                                    Memory& memory) {
    const Tensor u = adam_step(g, t, memory, 0.999, 1e-6) + (t.weight ? kDecay : 0.0) * p;
    return p - t.lr * ratio(size_of(p), size_of(u), t.weight) * u;
  });
}

TEST(OptimizerRule, DecoupledLambHasNoDecayInTheRatioAndBoundsIt) {
  toy::expect_rule(Lamb{.weight_decay = kDecay, .decoupled = true, .max_trust = 0.5},
                   [](const Tensor& p, const Tensor& g, const Step& t, Memory& memory) {
                     const Tensor u = adam_step(g, t, memory, 0.999, 1e-6);
                     const Tensor small = shrunk(p, t);
                     const double trust =
                         t.weight ? std::min(0.5, ratio(size_of(small), size_of(u))) : 1.0;
                     return small - t.lr * trust * u;
                   });
}

TEST(OptimizerRule, RatiosOfZeroNormsAre1) {
  const toy::OptimizerTask task;
  for (const OptimizerOptions& options :
       {OptimizerOptions(Lars{.momentum = 0.0}), OptimizerOptions(Lamb{.weight_decay = 0.0})}) {
    const auto optimizer = make_optimizer(task.model, options, 0.1);
    auto& net = task.net();
    {
      const torch::NoGradGuard no_grad;
      net.body->weight.zero_();
    }
    net.body->weight.mutable_grad() = torch::full_like(net.body->weight, 2.0);
    const Tensor head = net.head->weight.detach().clone();
    net.head->weight.mutable_grad() = torch::zeros_like(head);
    optimizer->step();
    // Sgd's step, and that of Adam, which is the sign of the gradient at first.
    const double step = std::holds_alternative<Lars>(options) ? 0.2 : 0.1;
    EXPECT_TRUE(torch::allclose(net.body->weight, torch::full_like(net.body->weight, -step), 1e-6));
    EXPECT_TRUE(torch::equal(net.head->weight, head));
  }
}

}  // namespace
}  // namespace onecycle
