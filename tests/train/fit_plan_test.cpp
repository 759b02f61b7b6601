#include "onecycle/train/fit_plan.h"

#include <gtest/gtest.h>

#include "onecycle/schedule/policy/sgdr.h"
#include "onecycle/train/fine_tune.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// The plan of a fit is what the recorder then logs.
void expect_kept(Learner& learner, const FitOptions& options) {
  const FitPlan plan = plan_fit(learner, options);
  const std::size_t first = learner.run().iterations.size();
  const std::size_t first_epoch = learner.run().epochs.size();
  learner.fit(options);
  const Run& run = learner.run();
  EXPECT_EQ(static_cast<std::size_t>(plan.iterations), run.iterations.size() - first);
  EXPECT_EQ(static_cast<std::size_t>(plan.epochs), run.epochs.size() - first_epoch);
  std::int64_t batches = 0;
  std::int64_t examples = 0;
  for (std::size_t i = first; i < run.iterations.size(); ++i) {
    batches += run.iterations[i].batches;
    examples += run.iterations[i].examples;
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
      EXPECT_EQ(plan.groups[g].lr[i - first], run.at(i, g).lr);
      EXPECT_EQ(plan.groups[g].momentum[i - first], run.at(i, g).momentum);
      EXPECT_EQ(plan.groups[g].weight_decay[i - first], run.at(i, g).weight_decay);
    }
  }
  EXPECT_EQ(plan.batches, batches);
  EXPECT_EQ(plan.examples, examples);
  EXPECT_EQ(plan.last_window, run.iterations.back().batches);
  for (std::size_t e = first_epoch; e < run.epochs.size(); ++e) {
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
      bool frozen = false;
      for (const auto& [from, to] : plan.groups[g].frozen) {
        const auto epoch = static_cast<std::int64_t>(e - first_epoch);
        frozen = frozen || (epoch >= from && epoch <= to);
      }
      EXPECT_EQ(frozen, static_cast<std::int64_t>(g) < run.epochs[e].frozen);
    }
  }
}

TEST(FitPlan, IsWhatTheRecorderThenLogs) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt,
                  {.optimizer = AdamW{}, .accumulate = 4});
  expect_kept(learner, {.epochs = 3,
                        .lr = Rates::range(0.001, 0.01),
                        .schedule = Sgdr{.cycle_len = Length::iterations(2)},
                        .freeze = {.unfreeze_at = {1}}});
  expect_kept(learner, {.epochs = 2, .lr = 0.01, .schedule = OneCycle{}});
  for (const FitOptions& fit : fine_tune_fits({.epochs = 2, .base_lr = 0.01})) {
    expect_kept(learner, fit);
  }
}

TEST(FitPlan, CountsWhatDecays) {
  Learner learner(toy::model(/*plain=*/true), toy::train_loader(), std::nullopt);
  const FitPlan plan = plan_fit(learner, {});
  EXPECT_EQ(plan.groups[0].parameters, 6 * 12 + 12);
  EXPECT_EQ(plan.groups[0].decaying, 6 * 12);
}

TEST(FineTune, TrainsTheHeadAndThenAll) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  const FitResult result =
      fine_tune(learner, {.epochs = 2, .base_lr = 0.02, .freeze_epochs = 3, .lr_mult = 10.0});
  EXPECT_EQ(result.end, FitResult::End::completed);
  std::vector<std::int64_t> frozen;
  for (const EpochRecord& epoch : learner.run().epochs) {
    frozen.push_back(epoch.frozen);
  }
  EXPECT_EQ(frozen, (std::vector<std::int64_t>{1, 1, 1, 0, 0}));
  double highest_body = 0.0;
  for (std::size_t i = 18; i < learner.run().iterations.size(); ++i) {
    highest_body = std::max(highest_body, learner.run().at(i, 0).lr);
  }
  EXPECT_NEAR(highest_body, 0.001, 1e-5);
}

}  // namespace
}  // namespace onecycle
