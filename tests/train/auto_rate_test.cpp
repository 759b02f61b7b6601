#include "onecycle/train/auto_rate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// 480 examples: 30 iterations an epoch, enough for trials.
Learner& learner_for(std::unique_ptr<Learner>& owner, Loss loss = cross_entropy()) {
  owner =
      std::make_unique<Learner>(toy::model(), Loader(toy::data(480), {.batch_size = 16, .seed = 5}),
                                toy::valid_loader(), LearnerOptions{.loss = std::move(loss)});
  return *owner;
}

TEST(AutoRate, TakesTheNeighbourWhoseTrialEndsLowest) {
  std::unique_ptr<Learner> owner;
  const RateChoice choice = choose_rate(learner_for(owner), {.epochs = 10});
  ASSERT_EQ(choice.trials.size(), 3U);
  const auto lowest = std::min_element(choice.trials.begin(), choice.trials.end(),
                                       [](auto& a, auto& b) { return a.loss < b.loss; });
  EXPECT_EQ(choice.lr, lowest->lr);
  EXPECT_EQ(choice.rule, "minimum");
  EXPECT_NEAR(choice.trials[2].lr / choice.trials[0].lr, 9.0, 1e-9);
  EXPECT_THAT(choice.describe(), testing::HasSubstr("then the best of short trials at"));
}

TEST(AutoRate, TrialsDecideHowFarTheGroupsAreApart) {
  std::unique_ptr<Learner> owner;
  const RateChoice choice =
      choose_rate(learner_for(owner), {.epochs = 10, .spreads = {100.0, 10.0, 1.0}});
  ASSERT_EQ(choice.trials.size(), 5U);
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(choice.trials[i].lr, choice.trials[0].lr);
  }
  EXPECT_EQ(choice.trials[0].spread, 100.0);
  EXPECT_EQ(choice.trials[2].spread, 1.0);
  const auto lowest = std::min_element(choice.trials.begin(), choice.trials.end(),
                                       [](auto& a, auto& b) { return a.loss < b.loss; });
  EXPECT_EQ(choice.lr, lowest->lr);
  EXPECT_EQ(choice.spread, lowest->spread);
  EXPECT_EQ(choice.trials[3].spread, choice.spread);
  const std::vector<double> rates = choice.rates().for_groups(3);
  EXPECT_NEAR(rates.back() / rates.front(), choice.spread, 1e-9);
}

TEST(AutoRate, TheFinderSweepsWithTheFirstSpread) {
  std::unique_ptr<Learner> owner;
  const RateChoice choice = choose_rate(learner_for(owner), {.epochs = 1, .spreads = {100.0}});
  EXPECT_EQ(choice.spread, 100.0);
  EXPECT_THAT(choice.describe(), testing::HasSubstr(" to "));
  EXPECT_THAT(message_of(ErrorKind::usage,
                         [&] { (void)choose_rate(learner_for(owner), {.spreads = {0.5}}); }),
              testing::Eq("learning rate: spreads: expected finite numbers >= 1, got 0.5"));
}

TEST(AutoRate, PutsEverythingBack) {
  std::unique_ptr<Learner> owner;
  Learner& learner = learner_for(owner);
  learner.fit({.epochs = 1, .lr = 0.01});
  const std::string before = toy::state_hash(learner);
  (void)choose_rate(learner, {.epochs = 10});
  EXPECT_EQ(toy::state_hash(learner), before);
  EXPECT_EQ(learner.run().epochs.size(), 1U);
}

TEST(AutoRate, TrustsTheRuleWhereTrialsWouldTellNothing) {
  std::unique_ptr<Learner> owner;
  Learner& learner = learner_for(owner);
  for (const std::int64_t epochs : {1, 3}) {
    EXPECT_TRUE(choose_rate(learner, {.epochs = epochs}).trials.empty()) << epochs;
  }
  Learner small(toy::model(), toy::train_loader(), std::nullopt);  // 6 iterations an epoch
  const RateChoice choice = choose_rate(small, {.epochs = 10});
  EXPECT_TRUE(choice.trials.empty());
}

TEST(AutoRate, SaysWhyThereIsNone) {
  std::unique_ptr<Learner> owner;
  Learner& learner = learner_for(owner, [](const torch::Tensor& output, const torch::Tensor&) {
    return output.sum() * std::numeric_limits<float>::quiet_NaN();
  });
  EXPECT_THAT(message_of(ErrorKind::diverged, [&] { (void)choose_rate(learner); }),
              testing::StartsWith("learning rate: expected a curve that tells one, got none "
                                  "(minimum: "));
}

/// As after the head of a pretrained network was trained: no batch falls at any rate.
TEST(AutoRate, FallsBackWhereEveryRateRaisesTheLoss) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader());
  const AutoRateOptions options{.epochs = 10,
                                .find = {.setup = {.sweep = {.start_lr = 30.0, .end_lr = 3e4}}},
                                .factors = {},
                                .fallback = 0.05};
  const RateChoice choice = choose_rate(learner, options);
  EXPECT_EQ(choice.rule, "");
  EXPECT_DOUBLE_EQ(choice.lr, 0.05);
  EXPECT_EQ(choice.describe(), "0.05: given beforehand, since the finder's curve tells none");
  AutoRateOptions without = options;
  without.fallback = 0.0;
  EXPECT_THAT(message_of(ErrorKind::diverged, [&] { (void)choose_rate(learner, without); }),
              testing::HasSubstr("the loss never falls"));
  without.fallback = -1.0;
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)choose_rate(learner, without); }),
            "learning rate: fallback: expected a finite number >= 0, got -1");
}

}  // namespace
}  // namespace onecycle
