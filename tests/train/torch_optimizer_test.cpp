// Optimizers of LibTorch, and others with its interface, under ours.
#include "train/torch_optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/lbfgs.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include "support/message.h"
#include "train/optimizer_task.h"

namespace onecycle {
namespace {

using Groups = std::vector<torch::optim::OptimizerParamGroup>;
using Made = std::unique_ptr<torch::optim::Optimizer>;

/// A kind that nobody knows: p -= lr sum of g.
class SumOptimizer final : public torch::optim::Optimizer {
 public:
  explicit SumOptimizer(const Groups& groups)
      : Optimizer(groups, std::make_unique<torch::optim::SGDOptions>(1.0)) {}
  torch::Tensor step(LossClosure /*closure*/) override {
    const torch::NoGradGuard no_grad;
    for (auto& group : param_groups()) {
      for (auto& p : group.params()) {
        if (p.grad().defined()) {
          torch::Tensor& sum = sums[p.unsafeGetTensorImpl()];
          sum = sum.defined() ? sum + p.grad() : p.grad().clone();
          p.sub_(sum * group.options().get_lr());
        }
      }
    }
    return {};
  }
  std::map<const void*, torch::Tensor> sums;
};

void list_sums(StateArchive& archive, torch::optim::Optimizer& optimizer) {
  auto& own = dynamic_cast<SumOptimizer&>(optimizer);
  int i = 0;
  for (auto& group : own.param_groups()) {
    for (auto& p : group.params()) {
      archive.optional_tensor(cat("sum.", i++), own.sums[p.unsafeGetTensorImpl()]);
    }
  }
}

/// The options equal LibTorch's defaults in part, which a group with options would not survive.
Made make_adam(Groups groups) {
  return std::make_unique<torch::optim::Adam>(
      std::move(groups), torch::optim::AdamOptions(1e-3).weight_decay(0.05).eps(1e-6));
}

TEST(TorchOptimizer, EqualsALoopByHandBitForBit) {
  const toy::OptimizerTask a;
  const toy::OptimizerTask b;
  const auto ours = make_optimizer(a.model, TorchOptimizer{.make = make_adam});
  Groups groups;
  for (auto& parameters : group_parameters(b.model)) {
    groups.emplace_back(parameters);
  }
  const Made theirs = make_adam(std::move(groups));
  for (int i = 0; i < toy::kUpdates; ++i) {
    toy::prescribe(*ours, i);
    ours->values()[0].lr *= 0.1;
    ours->values()[1].weight_decay = 0.01 * i;
    a.train(*ours, 1);
    for (std::size_t g = 0; g < 2; ++g) {
      auto& options = static_cast<torch::optim::AdamOptions&>(theirs->param_groups()[g].options());
      options.lr(toy::rate_at(i) * (g == 0 ? 0.1 : 1.0));
      options.betas({toy::momentum_at(i), 0.999});
      options.weight_decay(g == 0 ? 0.05 : 0.01 * i);
    }
    b.backward();
    theirs->step();
    theirs->zero_grad();
  }
  toy::expect_same_weights(a.model, b.model, 0.0);
}

TEST(TorchOptimizer, HasTheValuesOfTheOptimizerAndTheRateOfOurs) {
  const toy::OptimizerTask task;
  const auto optimizer = make_optimizer(task.model, TorchOptimizer{.make = make_adam}, 0.25);
  ASSERT_EQ(optimizer->values().size(), 2U);
  EXPECT_EQ(optimizer->values()[1].lr, 0.25);
  EXPECT_EQ(optimizer->values()[1].momentum, 0.9);
  EXPECT_EQ(optimizer->values()[1].weight_decay, 0.05);
  optimizer->values()[1].weight_decay = 0.0;
  EXPECT_EQ(optimizer->base_weight_decay(1), 0.05);
  EXPECT_TRUE(optimizer->has_momentum());
  const auto rmsprop = make_optimizer(task.model, TorchOptimizer{.make = [](Groups groups) -> Made {
                                        return std::make_unique<torch::optim::RMSprop>(groups);
                                      }});
  EXPECT_FALSE(rmsprop->has_momentum());
}

TEST(TorchOptimizer, TrainsUnderALearner) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader(),
                  {.optimizer = TorchOptimizer{.make = make_adam}});
  const std::string before = toy::state_hash(learner);
  (void)learner.lr_find();
  EXPECT_EQ(toy::state_hash(learner), before);
  const double untrained = learner.validate().loss;
  learner.fit_one_cycle(3, 0.02);
  EXPECT_LT(learner.validate().loss, 0.8 * untrained);
  EXPECT_EQ(learner.run().at(0, 0).lr, 0.02 / 25.0);
  EXPECT_EQ(learner.run().at(0, 0).momentum, 0.95);
  EXPECT_EQ(learner.run().at(0, 0).weight_decay, 0.05);
}

TEST(TorchOptimizer, WithAListOfItsStateMayBeOfAnyKind) {
  const TorchOptimizer options{
      .make = [](Groups groups) -> Made { return std::make_unique<SumOptimizer>(groups); },
      .state = list_sums};
  const toy::OptimizerTask task;
  const auto optimizer = make_optimizer(task.model, options, 0.01);
  const StateList list = [&](StateArchive& archive) {
    list_module(archive, *task.model.module);
    optimizer->state(archive);
  };
  task.train(*optimizer, 2);
  const TrainState saved = save_state(list);
  task.train(*optimizer, 3);
  const std::string expected = save_state(list).sha256();
  restore_state(list, saved);
  task.train(*optimizer, 3);
  EXPECT_EQ(save_state(list).sha256(), expected);
  EXPECT_EQ(optimizer->bytes(), ((6 + 1) * 12 + (12 + 1) * 3) * 8);
}

TEST(TorchOptimizer, ForgetsWhatIsRememberedFromTheStart) {
  const auto make = [](Groups groups) -> Made {
    return std::make_unique<torch::optim::Adagrad>(
        std::move(groups), torch::optim::AdagradOptions(0.1).initial_accumulator_value(0.5));
  };
  const toy::OptimizerTask task;
  const auto optimizer = make_optimizer(task.model, TorchOptimizer{.make = make}, 0.01);
  const StateList list = [&](StateArchive& archive) { optimizer->state(archive); };
  const std::string start = save_state(list).sha256();
  task.train(*optimizer, 3);
  EXPECT_NE(save_state(list).sha256(), start);
  optimizer->forget();
  EXPECT_EQ(save_state(list).sha256(), start);
  task.train(*optimizer, 1);
}

std::string refusal_of(const TorchOptimizer& options, const DecayExclusion& exclusion = {}) {
  Model model = toy::model();
  return message_of(ErrorKind::usage,
                    [&] { (void)make_optimizer(model, options, 0.1, exclusion); });
}

TEST(TorchOptimizer, RefusesWhatItCannotDrive) {
  EXPECT_EQ(refusal_of({}),
            "TorchOptimizer: make: expected a function that makes an optimizer, got none");
  EXPECT_EQ(refusal_of({.make = [](const Groups&) { return Made(); }}),
            "TorchOptimizer: make: expected an optimizer, got a null pointer");
  EXPECT_EQ(refusal_of({.make = [](const Groups& groups) -> Made {
              return std::make_unique<SumOptimizer>(groups);
            }}),
            "TorchOptimizer: make: expected an optimizer whose state is known (SGD, Adam, AdamW, "
            "RMSprop, Adagrad), got another; list its state in TorchOptimizer::state");
  EXPECT_EQ(refusal_of({.make = make_adam}, {.patterns = {"head.*"}}),
            "decay exclusion: expected no names with a TorchOptimizer, whose groups decay alike, "
            "got bias_norm,head.*; put the parameters into a group of their own");
}

TEST(TorchOptimizer, RefusesOtherGroups) {
  EXPECT_EQ(refusal_of({.make = [](const Groups& groups) { return make_adam({groups[0]}); }}),
            "TorchOptimizer: make: expected an optimizer over 2 groups, got one over 1; pass on "
            "the groups it gets");
  EXPECT_EQ(refusal_of({.make =
                            [](const Groups& groups) {
                              return make_adam({groups[1], groups[0]});
                            }}),
            "TorchOptimizer: make: expected in group 0 its parameters in their order, got "
            "others; pass on the groups it gets");
}

TEST(TorchOptimizer, RefusesLbfgs) {
  const auto lbfgs = [](const Groups& groups) -> Made {
    return std::make_unique<torch::optim::LBFGS>(groups);
  };
  EXPECT_THAT(refusal_of({.make = lbfgs}),
              testing::HasSubstr("TorchOptimizer: make: LBFGS doesn't support per-parameter"));
  const Model model = wrap_model(torch::nn::Linear(2, 2));
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] { (void)make_optimizer(model, TorchOptimizer{.make = lbfgs}); }),
            "TorchOptimizer: make: expected an optimizer that steps on given gradients, got "
            "LBFGS, which calculates the loss again; use another, or LBFGS in a loop of your own");
}

}  // namespace
}  // namespace onecycle
