#include "onecycle/train/learner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

std::vector<torch::Tensor> weights(Learner& learner) {
  std::vector<torch::Tensor> copies;
  for (const auto& parameter : learner.model().module->parameters()) {
    copies.push_back(parameter.detach().clone());
  }
  return copies;
}

TEST(Learner, LearnsAndRecordsEveryIterationOfEveryGroup) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader(),
                  {.metrics = {accuracy(), top_k_accuracy(2)}});
  const FitResult result = learner.fit_one_cycle(12, Rates::range(0.01, 0.1));
  EXPECT_EQ(result.end, FitResult::End::completed);
  EXPECT_EQ(result.iterations, 12 * 6);  // ceil(90 / 16) = 6
  const onecycle::Run& run = learner.run();
  ASSERT_EQ(run.iterations.size(), 72U);
  ASSERT_EQ(run.values.size(), 144U);
  ASSERT_EQ(run.epochs.size(), 12U);
  EXPECT_LT(run.epochs.back().train_loss, 0.5 * run.epochs.front().train_loss);
  EXPECT_GT(run.epochs.back().metrics.at(0), 0.8);
  EXPECT_GE(run.epochs.back().metrics.at(1), run.epochs.back().metrics.at(0));
  const Schedule schedule = OneCycle{};
  for (std::int64_t i = 0; i < 72; ++i) {
    const auto index = static_cast<std::size_t>(i);
    EXPECT_EQ(run.at(index, 0).lr, 0.01 * schedule.at(i, 72).lr);
    EXPECT_EQ(run.at(index, 1).lr, 0.1 * schedule.at(i, 72).lr);
    EXPECT_EQ(run.at(index, 1).momentum, *schedule.at(i, 72).momentum);
    EXPECT_EQ(run.iterations[index].epoch, i / 6);
    EXPECT_EQ(run.iterations[index].examples, i % 6 == 5 ? 10 : 16);
    EXPECT_TRUE(std::isfinite(run.iterations[index].loss));
  }
}

TEST(Learner, MovesEachGroupByItsOwnScheduleAndWeightDecayByItsFactor) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt,
                  {.optimizer = Sgd{.weight_decay = 0.1}});
  learner.fit({.epochs = 2,
               .lr = 0.01,
               .schedule = parse_group_schedules("constant | linear with weight_decay=linear")});
  const onecycle::Run& run = learner.run();
  for (std::size_t i = 0; i < 12; ++i) {
    const double left = 1.0 - static_cast<double>(i) / 12.0;
    EXPECT_EQ(run.at(i, 0).lr, 0.01);
    EXPECT_EQ(run.at(i, 0).weight_decay, 0.1);
    EXPECT_DOUBLE_EQ(run.at(i, 1).lr, 0.01 * left);
    EXPECT_DOUBLE_EQ(run.at(i, 1).weight_decay, 0.1 * left);
  }
}

TEST(Learner, RefusesAScheduleThatTheRunCannotMeetBeforeTraining) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  const auto refusal = [&](const char* text) {
    return message_of(ErrorKind::usage, [&] {
      learner.fit({.epochs = 2, .lr = 0.01, .schedule = parse_group_schedules(text)});
    });
  };
  EXPECT_EQ(refusal("warmup(20) then constant"),
            "sequence: expected room for 'constant(factor=1)' in a run of 12 iterations, but the "
            "parts before it take them all; shorten them or make the run longer");
  EXPECT_EQ(refusal("cosine with dropout=linear"),
            "fit: schedule: expected to move what the optimizer has (lr, momentum, weight_decay), "
            "got also dropout; move that from a callback of your own");
  EXPECT_EQ(learner.iterations(), 0);
}

TEST(Learner, ACallbackThatFailsAtTheBeginningIsForgotten) {
  class Fails final : public Callback {
   public:
    void fit_begin(const FitContext& /*fit*/) override { throw std::runtime_error("not today"); }
    void state(StateArchive& archive) override { archive.integer("fails", asked); }
    std::int64_t asked = 0;
  };
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  EXPECT_THROW(learner.fit({.callbacks = {std::make_shared<Fails>()}}), std::runtime_error);
  const TrainState state = save_state([&](StateArchive& archive) { learner.state(archive); });
  for (const auto& [name, value] : state.values) {
    EXPECT_NE(name, "fails");
  }
}

TEST(Learner, EpochLossIsTheMeanOverItsExamples) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  learner.fit({.epochs = 1, .lr = 0.01});
  double sum = 0.0;
  for (const IterationRecord& record : learner.run().iterations) {
    sum += record.loss * static_cast<double>(record.examples);
  }
  EXPECT_NEAR(learner.run().epochs[0].train_loss, sum / 90.0, 1e-12);
  EXPECT_FALSE(learner.run().epochs[0].valid_loss.has_value());
}

TEST(Learner, SchedulesLeaveMomentumAloneWhereThereIsNone) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt,
                  {.optimizer = Sgd{.momentum = 0.0}});
  learner.fit_one_cycle(1, 0.1);
  for (const GroupValues& values : learner.run().values) {
    EXPECT_EQ(values.momentum, 0.0);
  }
}

// Four batches of 16 a window make the update of one batch of 64, the short last window included.
TEST(Learner, AccumulationEqualsOneLargeBatch) {
  const auto train = [](std::int64_t batch, std::int64_t accumulate) {
    Model model = toy::model(/*plain=*/true);
    model.module->to(torch::kDouble);
    auto learner = std::make_unique<Learner>(
        model, Loader(toy::data(90, torch::kDouble), {.batch_size = batch, .seed = 5}),
        std::nullopt, LearnerOptions{.accumulate = accumulate});
    learner->fit_one_cycle(3, 0.1);
    return learner;
  };
  const auto small = train(16, 4);
  const auto large = train(64, 1);
  EXPECT_EQ(small->iterations(), 6);  // ceil(6 batches / 4) a epoch
  EXPECT_EQ(small->run().iterations[1].batches, 2);
  EXPECT_EQ(small->run().iterations[1].examples, 26);
  const auto a = weights(*small);
  const auto b = weights(*large);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(torch::allclose(a[i], b[i], 1e-12, 1e-14)) << i;
  }
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(small->run().iterations[i].loss, large->run().iterations[i].loss, 1e-12);
  }
}

TEST(Learner, StopsWhereTheLossIsNotFinite) {
  const Loss squares = [](const torch::Tensor& output, const torch::Tensor&) {
    return output.square().mean();
  };
  Learner learner(toy::model(true), toy::train_loader(), toy::valid_loader(), {.loss = squares});
  const FitResult result = learner.fit({.epochs = 50, .lr = 1e6});
  EXPECT_EQ(result.end, FitResult::End::diverged);
  EXPECT_LT(result.epochs, 10);
  EXPECT_FALSE(learner.run().epochs.back().valid_loss.has_value());
  EXPECT_THAT(result.why, testing::ContainsRegex("the loss is (nan|inf) at iteration [0-9]+ "
                                                 "\\(learning rate 1e\\+06\\); use a lower rate"));
}

TEST(Learner, ValidationChangesNothing) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader(),
                  {.metrics = {accuracy()}});
  auto& net = dynamic_cast<toy::NetImpl&>(*learner.model().module);
  net.train();
  net.norm->eval();
  const std::string before = toy::state_hash(learner);
  const Evaluation first = learner.validate();
  EXPECT_EQ(toy::state_hash(learner), before);
  EXPECT_EQ(learner.validate().loss, first.loss);
  EXPECT_EQ(first.examples, 30);
  EXPECT_FALSE(net.norm->is_training());
  EXPECT_TRUE(net.drop->is_training());
}

TEST(Learner, PredictsInOrderAndInAnyBatchSize) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  const auto data = toy::data();
  const torch::Tensor outputs = learner.predict(*data);
  EXPECT_EQ(outputs.sizes(), (std::vector<std::int64_t>{90, 3}));
  EXPECT_TRUE(torch::allclose(learner.predict(*data, 7), outputs, 1e-6, 1e-6));
  EXPECT_TRUE(torch::equal(learner.predict(*data), outputs)) << "dropout must be off";
}

TEST(Learner, RefusesWhatItCannotDo) {
  const auto refusal = [](auto act) { return message_of(ErrorKind::usage, act); };
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  EXPECT_EQ(refusal([&] { learner.fit({.epochs = 0}); }), "fit: expected at least 1 epoch, got 0");
  EXPECT_EQ(refusal([&] { learner.validate(); }),
            "validate: expected a validation set, got none; give one to the learner");
  EXPECT_EQ(refusal([&] {
              learner.fit({.lr = Rates::list({0.1, 0.2, 0.3})});
            }),
            "learning rates: expected 2 (one a group), got 3");
  EXPECT_EQ(
      refusal([] { Learner(toy::model(), toy::train_loader(), std::nullopt, {.accumulate = 0}); }),
      "accumulate: expected at least 1 batch, got 0");
}

TEST(Learner, TrainsOnACudaDevice) {
  if (!torch::hasCUDA()) {
    GTEST_SKIP() << "needs a CUDA device";
  }
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader(),
                  {.metrics = {accuracy()}, .device = c10::kCUDA});
  const std::string before = toy::state_hash(learner);
  const FindRecord found = learner.lr_find({.certify = true});
  EXPECT_EQ(found.state_before, found.state_after);
  EXPECT_EQ(toy::state_hash(learner), before);
  learner.fit_one_cycle(12, 0.1);
  EXPECT_GT(learner.run().epochs.back().metrics[0], 0.9);
}

}  // namespace
}  // namespace onecycle
