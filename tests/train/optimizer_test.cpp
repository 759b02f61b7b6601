// What holds for all optimizers.
#include "onecycle/train/optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/sgd.h>

#include <array>

#include "support/message.h"
#include "train/optimizer_task.h"

namespace onecycle {
namespace {

using toy::OptimizerTask;

/// One of each kind, with everything on that it can remember.
struct Kind {
  const char* name;
  OptimizerOptions options;
  int memories;  // tensors a parameter
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

std::vector<Kind> kinds() {
  const auto sgd = [](auto groups) -> std::unique_ptr<torch::optim::Optimizer> {
    return std::make_unique<torch::optim::SGD>(std::move(groups),
                                               torch::optim::SGDOptions(0.1).momentum(0.8));
  };
  return {{"Sgd", Sgd{.dampening = 0.2, .weight_decay = 0.1, .decoupled = true}, 1},
          {"SgdWithoutMomentum", Sgd{.momentum = 0.0}, 0},
          {"Adam", Adam{}, 2},
          {"Amsgrad", Adam{.amsgrad = true}, 3},
          {"AdamW", AdamW{}, 2},
          {"RmsProp", RmsProp{}, 1},
          {"RmsPropCenteredWithMomentum", RmsProp{.momentum = 0.9, .centered = true}, 3},
          {"Lars", Lars{}, 1},
          {"Lamb", Lamb{}, 2},
          {"LibTorchs", TorchOptimizer{.make = sgd}, 1}};
}

class EveryOptimizer : public testing::TestWithParam<Kind> {
 protected:
  static TrainState save(const OptimizerTask& task, Optimizer& optimizer) {
    return save_state([&](StateArchive& archive) { list(archive, task, optimizer); });
  }
  static void restore(const OptimizerTask& task, Optimizer& optimizer, const TrainState& state) {
    restore_state([&](StateArchive& archive) { list(archive, task, optimizer); }, state);
  }

 private:
  static void list(StateArchive& archive, const OptimizerTask& task, Optimizer& optimizer) {
    list_module(archive, *task.model.module);
    optimizer.state(archive);
  }
};

TEST_P(EveryOptimizer, GoesOnFromASavedStateWithTheSameBits) {
  for (const int before : {0, 5}) {
    const OptimizerTask task;
    const auto optimizer = make_optimizer(task.model, GetParam().options, 0.01);
    task.train(*optimizer, before);
    const TrainState saved = save(task, *optimizer);
    task.train(*optimizer, 5);
    const std::string expected = save(task, *optimizer).sha256();
    ASSERT_NE(expected, saved.sha256());
    task.train(*optimizer, 3);  // so that there is more to undo than to repeat
    restore(task, *optimizer, saved);
    EXPECT_EQ(save(task, *optimizer).sha256(), saved.sha256());
    task.train(*optimizer, 5);
    EXPECT_EQ(save(task, *optimizer).sha256(), expected) << "saved after " << before;

    const OptimizerTask other;  // as a program that starts anew
    const auto resumed = make_optimizer(other.model, GetParam().options, 0.5);
    restore(other, *resumed, saved);
    other.train(*resumed, 5);
    EXPECT_EQ(save(other, *resumed).sha256(), expected) << "saved after " << before;
  }
}

TEST_P(EveryOptimizer, ForgetsAsIfItHadMadeNoStep) {
  const OptimizerTask task;
  const auto optimizer = make_optimizer(task.model, GetParam().options, 0.01);
  task.train(*optimizer, 5);
  optimizer->forget();
  EXPECT_EQ(optimizer->bytes(), 0);
  const auto fresh = make_optimizer(task.model, GetParam().options, 0.01);
  const TrainState start = save(task, *optimizer);
  EXPECT_EQ(start.sha256(), save(task, *fresh).sha256());
  task.train(*optimizer, 5);
  const std::string forgotten = save(task, *optimizer).sha256();
  restore(task, *fresh, start);
  task.train(*fresh, 5);
  EXPECT_EQ(save(task, *fresh).sha256(), forgotten);
}

TEST_P(EveryOptimizer, HoldsMemoryForParametersThatHadAGradientAlone) {
  const OptimizerTask task;
  auto& net = task.net();
  net.body->weight.set_requires_grad(false);
  net.body->bias.set_requires_grad(false);
  const torch::Tensor body = net.body->weight.detach().clone();
  const auto optimizer = make_optimizer(task.model, GetParam().options, 0.01);
  EXPECT_EQ(optimizer->bytes(), 0);
  task.train(*optimizer, 2);
  EXPECT_TRUE(torch::equal(net.body->weight, body));
  constexpr std::int64_t kHead = (12 + 1) * 3 * 8;  // float64
  constexpr std::int64_t kBody = (6 + 1) * 12 * 8;
  EXPECT_EQ(optimizer->bytes(), GetParam().memories * kHead);
  net.body->weight.set_requires_grad(true);
  net.body->bias.set_requires_grad(true);
  task.train(*optimizer, 1);
  EXPECT_FALSE(torch::equal(net.body->weight, body));
  EXPECT_EQ(optimizer->bytes(), GetParam().memories * (kHead + kBody));
}

TEST_P(EveryOptimizer, EachGroupMovesAtItsOwnRate) {
  const OptimizerTask task;
  auto& net = task.net();
  const auto optimizer = make_optimizer(task.model, GetParam().options);
  optimizer->values()[0].lr = 0.0;
  optimizer->values()[1].lr = 0.5;
  const torch::Tensor body = net.body->weight.detach().clone();
  const torch::Tensor head = net.head->weight.detach().clone();
  task.train(*optimizer, 2);
  EXPECT_TRUE(torch::equal(net.body->weight, body));
  EXPECT_FALSE(torch::equal(net.head->weight, head));
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryOptimizer, testing::ValuesIn(kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(Optimizer, ShrinksWhatIsNotExcluded) {
  const auto shrinkage = [](const DecayExclusion& exclusion) {
    const OptimizerTask task;
    auto& net = task.net();
    const std::array<torch::Tensor, 3> all = {net.body->weight, net.body->bias, net.head->weight};
    std::array<torch::Tensor, 3> before;
    for (std::size_t i = 0; i < all.size(); ++i) {
      before[i] = all[i].detach().clone();
      all[i].mutable_grad() = torch::zeros_like(all[i]);
    }
    make_optimizer(task.model, AdamW{.weight_decay = 0.5}, 0.1, exclusion)->step();
    std::string shrunk;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool whole = torch::equal(all[i], before[i]);
      EXPECT_TRUE(whole || torch::allclose(all[i], before[i] * 0.95, 1e-12, 0.0));
      shrunk += whole ? '-' : 's';
    }
    return shrunk;
  };
  EXPECT_EQ(shrinkage({}), "s-s");
  EXPECT_EQ(shrinkage({.small = false}), "sss");
  EXPECT_EQ(shrinkage({.patterns = {"head.*"}}), "s--");
  EXPECT_EQ(shrinkage({.small = false, .patterns = {"*.weight"}}), "-s-");
}

TEST(Optimizer, HasMomentumToMoveWhereTheOptionsHaveSome) {
  const Model model = toy::model();
  const auto has = [&](const OptimizerOptions& options) {
    return make_optimizer(model, options)->has_momentum();
  };
  EXPECT_TRUE(has(Sgd{}));
  EXPECT_TRUE(has(Lars{}));
  EXPECT_TRUE(has(RmsProp{.momentum = 0.5}));
  EXPECT_FALSE(has(Sgd{.momentum = 0.0}));
  EXPECT_FALSE(has(Lars{.momentum = 0.0}));
  EXPECT_FALSE(has(RmsProp{}));
  EXPECT_TRUE(has(Adam{.beta1 = 0.0}));
  EXPECT_TRUE(has(AdamW{}));
  EXPECT_TRUE(has(Lamb{}));
}

TEST(Optimizer, RefusesOptionsOutOfRange) {
  const Model model = toy::model();
  const auto refusal = [&](const OptimizerOptions& options) {
    return message_of(ErrorKind::usage, [&] { (void)make_optimizer(model, options); });
  };
  EXPECT_EQ(refusal(Sgd{.momentum = 1.0}), "sgd: momentum: expected a number in [0, 1), got 1");
  EXPECT_EQ(refusal(Sgd{.momentum = 0.0, .nesterov = true}),
            "sgd: nesterov: expected momentum > 0, got 0; set a momentum such as 0.9");
  EXPECT_EQ(refusal(Sgd{.dampening = 0.1, .nesterov = true}),
            "sgd: nesterov: expected dampening 0, got 0.1; set one of them");
  EXPECT_EQ(refusal(Lars{.momentum = 0.0, .nesterov = true}),
            "lars: nesterov: expected momentum > 0, got 0; set a momentum such as 0.9");
  EXPECT_EQ(refusal(RmsProp{.weight_decay = -1.0}),
            "rmsprop: weight_decay: expected a number >= 0, got -1");
  EXPECT_EQ(refusal(Adam{.beta2 = 1.5}), "adam: beta2: expected a number in [0, 1), got 1.5");
  EXPECT_EQ(refusal(AdamW{.eps = 0.0}), "adamw: eps: expected a number > 0, got 0");
  EXPECT_EQ(refusal(Lamb{.max_trust = 0.0}), "lamb: max_trust: expected a number > 0, got 0");
}

}  // namespace
}  // namespace onecycle
