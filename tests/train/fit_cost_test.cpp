#include "onecycle/train/fit_cost.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

Learner learner_with(const LearnerOptions& options) {
  return Learner(toy::model(), toy::train_loader(), toy::valid_loader(), options);
}

TEST(MeasureCost, PutsEverythingBack) {
  for (const LearnerOptions& options :
       {LearnerOptions{}, LearnerOptions{.optimizer = Adam{}}, LearnerOptions{.accumulate = 4}}) {
    Learner learner = learner_with(options);
    (void)learner.fit({.epochs = 1, .lr = 0.1});
    const std::string before = toy::state_hash(learner);
    (void)measure_cost(learner);
    EXPECT_EQ(toy::state_hash(learner), before);
  }
}

TEST(MeasureCost, CountsWhatTrainingNeeds) {
  Learner plain = learner_with({.optimizer = Sgd{.momentum = 0.0}});
  Learner adam = learner_with({.optimizer = Adam{}});
  const FitCost less = measure_cost(plain);
  const FitCost more = measure_cost(adam);
  std::int64_t parameters = 0;
  for (const torch::Tensor& parameter : plain.model().module->parameters()) {
    parameters += static_cast<std::int64_t>(parameter.nbytes());
  }
  EXPECT_GE(less.weights_bytes, parameters);  // and the statistics of batch normalisation
  EXPECT_GE(less.state_bytes, less.weights_bytes + parameters);
  EXPECT_GE(more.state_bytes, less.state_bytes + 2 * parameters);
  EXPECT_GT(less.process_bytes, 1'000'000);
}

TEST(MeasureCost, TimesIterationsAndValidation) {
  Learner learner = learner_with({});
  const FitCost cost = measure_cost(learner);
  EXPECT_GT(cost.iteration_seconds, 0.0);
  EXPECT_GT(cost.validation_seconds, 0.0);
  Learner without(toy::model(), toy::train_loader(), std::nullopt);
  EXPECT_EQ(measure_cost(without).validation_seconds, 0.0);
}

TEST(MeasureCost, SaysThatThereIsNoLossToBeginWith) {
  Learner learner = learner_with({});
  {
    const torch::NoGradGuard no_grad;
    learner.model().module->parameters().front().fill_(std::numeric_limits<float>::quiet_NaN());
  }
  const std::string before = toy::state_hash(learner);
  EXPECT_THAT(message_of(ErrorKind::diverged, [&] { (void)measure_cost(learner); }),
              testing::StartsWith("expected 5 iterations to time, got 1: "));
  EXPECT_EQ(toy::state_hash(learner), before);
}

}  // namespace
}  // namespace onecycle
