#include "onecycle/train/lr_find.h"

#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/lbfgs.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <array>
#include <cmath>
#include <limits>
#include <ostream>
#include <stdexcept>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

std::unique_ptr<Learner> make_learner(const OptimizerOptions& optimizer,
                                      Loss loss = cross_entropy(), std::int64_t accumulate = 1) {
  return std::make_unique<Learner>(
      toy::model(), toy::train_loader(), toy::valid_loader(),
      LearnerOptions{.loss = std::move(loss), .optimizer = optimizer, .accumulate = accumulate});
}

class LrFind : public testing::TestWithParam<OptimizerOptions> {};

TEST_P(LrFind, RestoresEveryBit) {
  const auto learner = make_learner(GetParam());
  learner->fit({.epochs = 1, .lr = 0.01});  // so that there is optimizer memory to lose
  const std::string before = toy::state_hash(*learner);
  const FindRecord found = learner->lr_find({.certify = true});
  EXPECT_GT(found.lr.size(), 20U);
  EXPECT_EQ(toy::state_hash(*learner), before);
  EXPECT_EQ(found.state_before, before);
  EXPECT_EQ(found.state_after, before);
}

TEST_P(LrFind, FitAfterFindEqualsFitAlone) {
  const auto train = [](bool find) {
    const auto learner = make_learner(GetParam());
    if (find) {
      learner->lr_find();
    }
    learner->fit_one_cycle(2, 0.05);
    if (find) {
      learner->lr_find();  // in the middle of training, too
    }
    learner->fit_one_cycle(2, 0.05);
    return toy::state_hash(*learner);
  };
  EXPECT_EQ(train(true), train(false));
}

std::string optimizer_name(const testing::TestParamInfo<OptimizerOptions>& optimizer) {
  constexpr std::array kNames{"SGD", "SGDWithoutMomentum", "Adam", "AdamW"};
  return kNames[optimizer.index];
}

INSTANTIATE_TEST_SUITE_P(Optimizers, LrFind,
                         testing::Values(OptimizerOptions(Sgd{}),
                                         OptimizerOptions(Sgd{.momentum = 0.0}),
                                         OptimizerOptions(Adam{}), OptimizerOptions(AdamW{})),
                         optimizer_name);

TEST(LrFind, TwoSweepsOfOneStateAreEqual) {
  const auto learner = make_learner(Sgd{});
  EXPECT_EQ(learner->lr_find().loss, learner->lr_find().loss);
}

TEST(LrFind, RestoresAfterAnException) {
  int calls = 0;
  const auto learner =
      make_learner(Sgd{}, [&](const torch::Tensor& output, const torch::Tensor& target) {
        if (++calls == 12) {
          throw std::runtime_error("the loss failed");
        }
        return cross_entropy()(output, target);
      });
  const std::string before = toy::state_hash(*learner);
  EXPECT_THROW(learner->lr_find(), std::runtime_error);
  EXPECT_EQ(calls, 12);
  EXPECT_EQ(toy::state_hash(*learner), before);
}

TEST(LrFind, RestoresAfterAnInterrupt) {
  const auto learner = make_learner(Adam{});
  const std::string before = toy::state_hash(*learner);
  int asked = 0;
  const FindRecord found = learner->lr_find({.interrupted = [&] { return ++asked > 30; }});
  EXPECT_EQ(found.lr.size(), 30U);
  EXPECT_THAT(found.stopped, testing::HasSubstr("interrupted"));
  EXPECT_EQ(toy::state_hash(*learner), before);
}

TEST(LrFind, AnIterationIsOneUpdateHoweverManyBatches) {
  const auto learner = make_learner(Sgd{}, cross_entropy(), /*accumulate=*/4);
  FindOptions options;
  options.setup.sweep.num_it = 20;
  options.setup.sweep.end_lr = 1e-3;
  const FindRecord found = learner->lr_find(options);
  EXPECT_EQ(found.lr.size(), 20U);
  EXPECT_EQ(found.batches, 20 * 3);  // windows of 4 and 2 batches in turn: 6 an epoch
  EXPECT_DOUBLE_EQ(found.epochs, 10.0);
}

TEST(LrFind, StopsAtTheFirstLossThatIsNotFinite) {
  int calls = 0;
  const auto learner =
      make_learner(Sgd{}, [&](const torch::Tensor& output, const torch::Tensor& target) {
        const torch::Tensor loss = cross_entropy()(output, target);
        return ++calls > 40 ? loss * std::numeric_limits<float>::quiet_NaN() : loss;
      });
  const FindRecord found = learner->lr_find();
  EXPECT_EQ(found.lr.size(), 40U);
  for (const double loss : found.smoothed) {
    EXPECT_TRUE(std::isfinite(loss));
  }
}

// fastai, Ignite and torch-lr-finder stop after one step here, Lightning after two.
TEST(LrFind, WorksWithNegativeLosses) {
  const auto learner =
      make_learner(Sgd{}, [](const torch::Tensor& output, const torch::Tensor& target) {
        return cross_entropy()(output, target) - 10.0;
      });
  const FindRecord found = learner->lr_find();
  EXPECT_GT(found.lr.size(), 60U);
  EXPECT_LT(found.loss.front(), 0.0);
}

// SGD on f(w) = L w^2 / 2 shrinks the loss below the rate 2/L and grows it above.
TEST(LrFind, SeesTheLimitOfAQuadraticWithinOneRate) {
  struct Quadratic : torch::nn::Module {
    torch::Tensor w = register_parameter("w", torch::ones({1}, torch::kDouble));
  };
  Quadratic module;
  torch::optim::SGD optimizer(module.parameters(), torch::optim::SGDOptions(0.1));
  FindOptions options;
  options.setup.smoothing.beta = 0.0;
  options.setup.sweep = {.start_lr = 0.1, .end_lr = 100.0, .num_it = 200};
  const double limit = 2.0 / 0.5;
  const FindRecord found = lr_find({.module = module,
                                    .optimizer = optimizer,
                                    .loss = [&] { return 0.25 * module.w.square().sum(); }},
                                   options);
  const auto lowest = static_cast<std::size_t>(
      std::min_element(found.loss.begin(), found.loss.end()) - found.loss.begin());
  EXPECT_LE(found.lr[lowest - 1], limit);
  EXPECT_GT(found.lr[lowest], limit);
  EXPECT_LT(found.lr.size(), 200U) << found.stopped;
}

/// A loop that has nothing of ours but the loader.
struct Own {
  Model model = toy::model();
  Loader loader = toy::train_loader();
  std::unique_ptr<torch::optim::Optimizer> optimizer;

  torch::Tensor loss() {
    auto batch = loader.next();
    if (!batch) {
      loader.start_epoch(loader.cursor().epoch + 1);
      batch = loader.next();
    }
    return torch::nn::functional::cross_entropy(model.forward(batch->inputs), batch->targets);
  }
  void train(int updates) {
    for (int i = 0; i < updates; ++i) {
      optimizer->zero_grad();
      loss().backward();
      optimizer->step();
    }
  }
  FindRecord find() {
    return lr_find({.module = *model.module,
                    .optimizer = *optimizer,
                    .loss = [this] { return loss(); },
                    .loader = &loader},
                   {.certify = true});
  }
};

/// An optimizer of LibTorch by name.
struct Make {
  const char* name;
  std::unique_ptr<torch::optim::Optimizer> (*make)(std::vector<torch::Tensor>);
};
void PrintTo(const Make& make, std::ostream* out) { *out << make.name; }

template <class Kind, class Options>
std::unique_ptr<torch::optim::Optimizer> make(std::vector<torch::Tensor> parameters) {
  return std::make_unique<Kind>(std::move(parameters), Options(0.01));
}

std::unique_ptr<torch::optim::Optimizer> make_momentum(std::vector<torch::Tensor> parameters) {
  return std::make_unique<torch::optim::SGD>(std::move(parameters),
                                             torch::optim::SGDOptions(0.01).momentum(0.9));
}

class LrFindInAnOwnLoop : public testing::TestWithParam<Make> {};

TEST_P(LrFindInAnOwnLoop, ChangesNothingThatFollows) {
  for (const int before : {0, 7}) {
    const auto run = [&](bool find) {
      Own own;
      own.optimizer = GetParam().make(own.model.module->parameters());
      own.train(before);
      if (find) {
        const FindRecord found = own.find();
        EXPECT_EQ(found.state_before, found.state_after);
        EXPECT_GT(found.lr.size(), 20U);
        EXPECT_DOUBLE_EQ(found.epochs, static_cast<double>(found.batches) / 6.0);
      }
      own.train(10);
      return save_state([&](StateArchive& a) { list_module(a, *own.model.module); }).sha256();
    };
    EXPECT_EQ(run(true), run(false)) << "after " << before << " updates";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Optimizers, LrFindInAnOwnLoop,
    testing::Values(Make{"SGD", &make<torch::optim::SGD, torch::optim::SGDOptions>},
                    Make{"SGDWithMomentum", &make_momentum},
                    Make{"Adam", &make<torch::optim::Adam, torch::optim::AdamOptions>},
                    Make{"AdamW", &make<torch::optim::AdamW, torch::optim::AdamWOptions>},
                    Make{"RMSprop", &make<torch::optim::RMSprop, torch::optim::RMSpropOptions>}),
    [](const auto& optimizer) { return optimizer.param.name; });

TEST(LrFindInAnOwnLoop, RefusesAnOptimizerWhoseStateIsUnknown) {
  Own own;
  own.optimizer = std::make_unique<torch::optim::LBFGS>(own.model.module->parameters());
  EXPECT_THAT(message_of(ErrorKind::usage, [&] { own.find(); }),
              testing::HasSubstr("lr_find: expected an optimizer whose state is known"));
}

}  // namespace
}  // namespace onecycle
