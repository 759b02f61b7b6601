#include "onecycle/train/stopping.h"

#include <gtest/gtest.h>

#include <cmath>

#include "onecycle/schedule/catalogue.h"
#include "onecycle/train/keep.h"
#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

Learner learner_with(Loss loss = cross_entropy()) {
  return Learner(toy::model(), toy::train_loader(), toy::valid_loader(),
                 {.loss = std::move(loss), .metrics = {accuracy()}});
}

TEST(EarlyStopping, EndsAfterSoManyEpochsWithoutAnImprovement) {
  Learner learner = learner_with();
  // At so low a rate nothing changes but the statistics of batch norm, which soon settle.
  const FitResult result = learner.fit(
      {.epochs = 50,
       .lr = 1e-12,
       .callbacks = {std::make_shared<EarlyStopping>(
           EarlyStoppingOptions{.metric = "accuracy", .higher_is_better = true, .patience = 3},
           learner.run())}});
  EXPECT_EQ(result.end, FitResult::End::stopped);
  EXPECT_NE(result.why.find("the accuracy has not been better than"), std::string::npos);
  EXPECT_NE(result.why.find("for 3 epochs"), std::string::npos);
  const auto& epochs = learner.run().epochs;
  double best = 0.0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    if (epochs[i].metrics[0] > best) {
      best = epochs[i].metrics[0];
      at = i;
    }
  }
  EXPECT_EQ(epochs.size(), at + 1 + 3);
}

TEST(EarlyStopping, AFitThatImprovesIsNotStopped) {
  Learner learner = learner_with();
  const FitResult result = learner.fit({.epochs = 6,
                                        .lr = 0.01,
                                        .callbacks = {std::make_shared<EarlyStopping>(
                                            EarlyStoppingOptions{.patience = 5}, learner.run())}});
  EXPECT_EQ(result.end, FitResult::End::completed);
}

TEST(EarlyStopping, WhatCannotBeMeantIsRefused) {
  Learner learner = learner_with();
  const auto make = [&](EarlyStoppingOptions options) {
    return message_of(ErrorKind::usage, [&] { EarlyStopping(std::move(options), learner.run()); });
  };
  EXPECT_EQ(make({.metric = "acuracy"}),
            "early stopping: unknown metric 'acuracy'; did you mean 'accuracy'?");
  EXPECT_EQ(make({.patience = 0}), "early stopping: patience: expected at least 1 epoch, got 0");
  EXPECT_EQ(make({.min_delta = -1.0}),
            "early stopping: min_delta: expected a finite number >= 0, got -1");
}

TEST(TimeBudget, EndsAtTheNextMomentOfRest) {
  Learner learner = learner_with();
  const FitResult result =
      learner.fit({.epochs = 1000, .lr = 0.01, .callbacks = {std::make_shared<TimeBudget>(1e-9)}});
  EXPECT_EQ(result.end, FitResult::End::stopped);
  EXPECT_EQ(result.iterations, 1);
  EXPECT_NE(result.why.find("the time budget of"), std::string::npos);
}

TEST(TimeBudget, TimeBeforeAnInterruptionCounts) {
  TimeBudget first(1e6);
  TrainState saved = save_state([&](StateArchive& archive) { first.state(archive); });
  saved.values.front().second = "2000000";
  restore_state([&](StateArchive& archive) { first.state(archive); }, saved);
  EXPECT_NE(first.reason(), "");
}

/// Loses its mind at one batch: once for each entry of `batches`.
Loss blowing_up_at(std::vector<std::int64_t> batches, double loss) {
  return [batches, loss, n = std::make_shared<std::int64_t>(0)](const torch::Tensor& output,
                                                                const torch::Tensor& target) {
    const bool now = std::find(batches.begin(), batches.end(), (*n)++) != batches.end();
    return cross_entropy()(output, target) * (now ? loss : 1.0);
  };
}

TEST(Rollback, ALossThatIsNotFiniteGoesBackWithHalfTheRate) {
  // Without a validation set each call of the loss is a batch of 15; six an epoch.
  Learner learner(toy::model(), toy::train_loader(15), std::nullopt,
                  {.loss = blowing_up_at({14}, INFINITY)});
  const FitResult result = learner.fit({.epochs = 4, .lr = 0.01, .rollback = Rollback{}});
  EXPECT_EQ(result.end, FitResult::End::completed);
  EXPECT_EQ(result.returns, 1);
  EXPECT_EQ(learner.run().iterations.size(), 24U);
  EXPECT_EQ(learner.run().at(11, 0).lr, 0.01);
  EXPECT_EQ(learner.run().at(12, 0).lr, 0.005);
  EXPECT_EQ(learner.run().at(23, 0).lr, 0.005);
  for (const IterationRecord& record : learner.run().iterations) {
    EXPECT_TRUE(std::isfinite(record.loss));
  }
}

TEST(Rollback, WhatWasBeforeTheEpochIsBackBitForBit) {
  Learner back(toy::model(), toy::train_loader(15), std::nullopt,
               {.loss = blowing_up_at({10}, INFINITY)});
  back.fit({.epochs = 2, .lr = 0.01, .rollback = Rollback{}});
  Learner straight(toy::model(), toy::train_loader(15), std::nullopt);
  const Schedule halved = parse_schedule("constant for 6 then constant(factor=0.5)");
  straight.fit({.epochs = 2, .lr = 0.01, .schedule = halved});
  EXPECT_EQ(weights_sha256(back.model()), weights_sha256(straight.model()));
}

TEST(Rollback, LossesThatClimbGoBackToo) {
  // The loss of each batch of the second epoch is higher than that of the one before.
  const Loss climbing = [n = std::make_shared<std::int64_t>(0)](const torch::Tensor& output,
                                                                const torch::Tensor& target) {
    const double t = static_cast<double>((*n)++);
    return cross_entropy()(output, target) * 0.001 + (t >= 6.0 && t < 12.0 ? t : 20.0 - 0.1 * t);
  };
  Learner learner(toy::model(), toy::train_loader(15), std::nullopt, {.loss = climbing});
  const FitResult result = learner.fit({.epochs = 3, .lr = 0.01, .rollback = Rollback{}});
  EXPECT_EQ(result.returns, 1);
  EXPECT_EQ(learner.run().epochs.size(), 3U);
}

TEST(Rollback, AfterTheMostReturnsTheFitEndsDiverged) {
  Learner learner(toy::model(), toy::train_loader(15), std::nullopt,
                  {.loss = blowing_up_at({7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, NAN)});
  const FitResult result = learner.fit({.epochs = 4, .lr = 0.01, .rollback = Rollback{.most = 2}});
  EXPECT_EQ(result.end, FitResult::End::diverged);
  EXPECT_EQ(result.returns, 2);
}

TEST(Rollback, OptionsOutOfRangeAreRefused) {
  Learner learner = learner_with();
  const auto with = [&](Rollback rollback) {
    return message_of(ErrorKind::usage, [&] { learner.fit({.rollback = rollback}); });
  };
  EXPECT_EQ(with({.probability = 0.5}),
            "rollback: probability: expected a number in (0.5, 1), got 0.5");
  EXPECT_EQ(with({.factor = 1.0}), "rollback: factor: expected a number in (0, 1), got 1");
  EXPECT_EQ(with({.most = 0}), "rollback: most: expected at least 1, got 0");
}

}  // namespace
}  // namespace onecycle
