#include "onecycle/train/keep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "support/message.h"
#include "train/kept.h"

namespace onecycle {
namespace {

kept::Make best(const BestOptions& options) {
  return [options](const Model& model) { return std::make_shared<BestWeights>(model, options); };
}

/// Feeds `values` to a `BestWeights` as the validation losses of epochs; the one that it keeps.
std::optional<EpochRecord> best_of(const std::vector<double>& values) {
  Learner trained = kept::learner();
  BestWeights keeps(trained.model());
  const std::vector<double> peaks;
  const GroupSchedules schedule = Constant{};
  const std::vector<GroupValues> groups;
  const StateList state;
  const FitContext fit{
      .peaks = peaks, .schedule = schedule, .values = groups, .run = trained.run(), .state = state};
  keeps.fit_begin(fit);
  for (std::size_t i = 0; i < values.size(); ++i) {
    keeps.epoch_end(fit, {.epoch = static_cast<std::int64_t>(i), .valid_loss = values[i]});
  }
  EXPECT_EQ(keeps.ready(), keeps.epoch().has_value());
  EXPECT_EQ(keeps.ready(), !keeps.weights().empty());
  return keeps.epoch();
}

TEST(BestWeights, KeepsTheWeightsOfTheEpochWithTheLowestLoss) {
  Learner trained = kept::learner();
  const auto keeps = std::make_shared<BestWeights>(trained.model());
  const auto history = std::make_shared<kept::History>(trained.model());
  EXPECT_EQ(keeps->what(), "no epoch has ended with a finite loss");
  trained.fit({.epochs = 8, .lr = 0.5, .schedule = Constant{}, .callbacks = {keeps, history}});
  const auto& epochs = trained.run().epochs;
  const auto lowest = std::min_element(
      epochs.begin(), epochs.end(), [](auto& a, auto& b) { return *a.valid_loss < *b.valid_loss; });
  ASSERT_NE(lowest, epochs.end() - 1) << "else it tells nothing";
  EXPECT_EQ(keeps->what(), cat("epoch ", lowest->epoch + 1, ", lowest loss"));
  const auto iterations = static_cast<std::size_t>(lowest->iterations);
  EXPECT_EQ(kept::hash_of(keeps->members()), kept::hash_of({history->after[iterations - 1]}));
  EXPECT_FALSE(keeps->averaged());
}

TEST(BestWeights, OfEqualsTheFirstAndNeverWhatIsNotFinite) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(best_of({3.0, 2.0, 2.0, 4.0})->epoch, 1);
  EXPECT_EQ(best_of({kNan, 2.0, kNan, -kInfinity})->epoch, 1);
  EXPECT_FALSE(best_of({kNan, kInfinity}).has_value());
}

TEST(BestWeights, WatchesAMetric) {
  Learner trained = kept::learner(3, {error_rate(), accuracy()});
  const auto keeps = std::make_shared<BestWeights>(
      trained.model(), BestOptions{.metric = "accuracy", .higher_is_better = true});
  trained.fit(kept::eight_epochs({keeps}));
  const auto& epochs = trained.run().epochs;
  const auto highest = std::max_element(
      epochs.begin(), epochs.end(), [](auto& a, auto& b) { return a.metrics[1] < b.metrics[1]; });
  EXPECT_EQ(keeps->epoch()->epoch, highest->epoch);
  EXPECT_EQ(keeps->what(), cat("epoch ", highest->epoch + 1, ", highest accuracy"));
}

TEST(BestWeights, WithoutValidationSetWatchesTheTrainingLoss) {
  Learner trained(toy::model(), toy::train_loader(), std::nullopt);
  const auto keeps = std::make_shared<BestWeights>(trained.model());
  trained.fit(kept::eight_epochs({keeps}));
  const auto& epochs = trained.run().epochs;
  const auto lowest = std::min_element(
      epochs.begin(), epochs.end(), [](auto& a, auto& b) { return a.train_loss < b.train_loss; });
  EXPECT_EQ(keeps->what(), cat("epoch ", lowest->epoch + 1, ", lowest training loss"));
}

TEST(BestWeights, DoesNotCompareATrainingLossWithValidationLosses) {
  Learner trained = kept::learner();
  BestWeights keeps(trained.model());
  const std::vector<double> peaks;
  const GroupSchedules schedule = Constant{};
  const std::vector<GroupValues> groups;
  const StateList state;
  const FitContext fit{
      .peaks = peaks, .schedule = schedule, .values = groups, .run = trained.run(), .state = state};
  keeps.fit_begin(fit);
  keeps.epoch_end(fit, {.epoch = 0, .train_loss = 2.0, .valid_loss = 1.0});
  keeps.epoch_end(fit, {.epoch = 1, .train_loss = 0.5});
  EXPECT_EQ(keeps.epoch()->epoch, 0);
}

TEST(BestWeights, EachFitBeginsAnew) {
  Learner trained = kept::learner();
  const auto keeps = std::make_shared<BestWeights>(trained.model());
  trained.fit({.epochs = 4, .lr = 0.05, .callbacks = {keeps}});
  trained.fit({.epochs = 1, .lr = 3.0, .callbacks = {keeps}});  // spoils what there was
  EXPECT_EQ(keeps->epoch()->epoch, 4);
}

TEST(BestWeights, AFitGoesOnFromItsState) { kept::expect_goes_on_from_its_state(best({})); }

TEST(BestWeights, ListsTheEpochAndItsWeights) {
  Learner trained = kept::learner(3, {accuracy()});
  const auto make = [&] {
    return std::make_shared<BestWeights>(trained.model(), BestOptions{.name = "mine"});
  };
  const auto keeps = make();
  trained.fit(kept::eight_epochs({keeps}));
  const auto restored = make();
  const TrainState state = save_state([&](StateArchive& archive) { keeps->state(archive); });
  restore_state([&](StateArchive& archive) { restored->state(archive); }, state);
  for (const auto& [name, value] : state.values) {
    EXPECT_TRUE(name.starts_with("mine.")) << name;
  }
  EXPECT_EQ(kept::hash_of(restored->members()), kept::hash_of(keeps->members()));
  EXPECT_EQ(restored->epoch()->epoch, keeps->epoch()->epoch);
  EXPECT_EQ(restored->epoch()->iterations, keeps->epoch()->iterations);
  EXPECT_EQ(restored->epoch()->train_loss, keeps->epoch()->train_loss);
  EXPECT_EQ(restored->epoch()->valid_loss, keeps->epoch()->valid_loss);
  EXPECT_EQ(restored->epoch()->metrics, keeps->epoch()->metrics);
}

TEST(BestWeights, RefusesWhatItCannotWatch) {
  Learner trained = kept::learner(3, {accuracy()});
  const auto refusal = [](Learner& learner, const BestOptions& options) {
    return message_of(ErrorKind::usage, [&] {
      learner.fit(kept::eight_epochs({std::make_shared<BestWeights>(learner.model(), options)}));
    });
  };
  EXPECT_EQ(refusal(trained, {.metric = "acuracy"}),
            "best: unknown metric 'acuracy'; did you mean 'accuracy'?");
  EXPECT_EQ(refusal(trained, {.higher_is_better = true}),
            "best: higher_is_better: expected false for the loss, got true; name a metric");
  EXPECT_EQ(trained.iterations(), 0);
  Learner unvalidated(toy::model(), toy::train_loader(), std::nullopt, {.metrics = {accuracy()}});
  EXPECT_EQ(refusal(unvalidated, {.metric = "accuracy", .higher_is_better = true}),
            "best: expected a validation set to measure 'accuracy' on, got none; give one to the "
            "learner");
}

}  // namespace
}  // namespace onecycle
