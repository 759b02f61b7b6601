#include "onecycle/train/plateau_callback.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// 6 iterations an epoch, two groups.
Learner learner(std::vector<Metric> metrics = {}) {
  return {toy::model(), toy::train_loader(), toy::valid_loader(), {.metrics = std::move(metrics)}};
}

/// Nothing ever counts as better: each epoch but the first is a bad report.
constexpr double kNever = 0.999;

ReduceOnPlateauOptions each_second_epoch() {
  return {.factor = 0.5, .patience = 1, .threshold = kNever};
}

StatisticalPlateauOptions every_twenty() {
  return {.factor = 0.5, .iterations_without_progress = 20, .probability = 1.0, .discard = 0.0};
}

std::vector<double> rates(const Run& run, std::size_t group) {
  std::vector<double> list;
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    list.push_back(run.at(i, group).lr);
  }
  return list;
}

TEST(CutOnPlateau, MultipliesScheduleAndPeaksFromTheNextEpochOn) {
  Learner trained = learner();
  const auto plateau = std::make_shared<CutOnPlateau>(each_second_epoch(), trained.run());
  trained.fit(
      {.epochs = 8, .lr = Rates::range(0.001, 0.01), .schedule = Cosine{}, .callbacks = {plateau}});
  const Schedule schedule = Cosine{};
  const std::vector<double> factors = {1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125};
  for (std::int64_t i = 0; i < 48; ++i) {
    const double factor = factors[static_cast<std::size_t>(i / 6)];
    const auto index = static_cast<std::size_t>(i);
    EXPECT_DOUBLE_EQ(trained.run().at(index, 0).lr, 0.001 * schedule.at(i, 48).lr * factor) << i;
    EXPECT_DOUBLE_EQ(trained.run().at(index, 1).lr, 0.01 * schedule.at(i, 48).lr * factor) << i;
  }
  EXPECT_EQ(plateau->cuts(), 3);
}

TEST(CutOnPlateau, ReportsTheValidationLossOfEachEpoch) {
  Learner trained = learner();
  const ReduceOnPlateauOptions options{.factor = 0.5, .patience = 0, .threshold = 0.05};
  trained.fit({.epochs = 12,
               .lr = 0.05,
               .callbacks = {std::make_shared<CutOnPlateau>(options, trained.run())}});
  ReduceOnPlateau alone(options, {0.05});
  for (const EpochRecord& epoch : trained.run().epochs) {
    EXPECT_DOUBLE_EQ(trained.run().at(static_cast<std::size_t>(epoch.epoch) * 6, 1).lr,
                     alone.rates().front());
    alone.report(*epoch.valid_loss);
  }
  EXPECT_GT(alone.cuts(), 1);
  EXPECT_LT(alone.cuts(), 11);
}

TEST(CutOnPlateau, WatchesAMetricByName) {
  Learner trained = learner({accuracy(), top_k_accuracy(2)});
  const ReduceOnPlateauOptions options{
      .metric = "accuracy", .mode = PlateauMode::max, .factor = 0.5, .patience = 0};
  trained.fit({.epochs = 12,
               .lr = 0.05,
               .callbacks = {std::make_shared<CutOnPlateau>(options, trained.run())}});
  ReduceOnPlateau alone(options, {0.05});
  for (const EpochRecord& epoch : trained.run().epochs) {
    EXPECT_DOUBLE_EQ(trained.run().at(static_cast<std::size_t>(epoch.epoch) * 6, 0).lr,
                     alone.rates().front());
    alone.report(epoch.metrics[0]);
  }
  EXPECT_GT(alone.cuts(), 1);
}

TEST(CutOnPlateau, BeginsAnewWithEachFit) {
  Learner trained = learner();
  const auto plateau = std::make_shared<CutOnPlateau>(each_second_epoch(), trained.run());
  for (int i = 0; i < 2; ++i) {
    trained.fit({.epochs = 4, .lr = 0.01, .callbacks = {plateau}});
    EXPECT_EQ(trained.run().values.back().lr, 0.005);
    EXPECT_EQ(plateau->cuts(), 1);
  }
}

TEST(CutOnPlateau, RefusesWhatItCannotWatch) {
  const auto refusal = [](const ReduceOnPlateauOptions& options, const onecycle::Run& run) {
    return message_of(ErrorKind::usage, [&] { CutOnPlateau(options, run); });
  };
  Learner trained = learner({accuracy()});
  EXPECT_EQ(refusal({.metric = "acuracy"}, trained.run()),
            "reduce_on_plateau: unknown metric 'acuracy'; did you mean 'accuracy'?");
  EXPECT_EQ(refusal({.mode = PlateauMode::max}, trained.run()),
            "reduce_on_plateau: mode: expected min for the loss, got max; name a metric");
  Learner unvalidated(toy::model(), toy::train_loader(), std::nullopt, {.metrics = {accuracy()}});
  const auto plateau = std::make_shared<CutOnPlateau>(
      ReduceOnPlateauOptions{.metric = "accuracy", .mode = PlateauMode::max}, unvalidated.run());
  EXPECT_EQ(
      message_of(ErrorKind::usage, [&] { unvalidated.fit({.epochs = 2, .callbacks = {plateau}}); }),
      "reduce_on_plateau: expected a validation set to measure 'accuracy' on, got none; give "
      "one to the learner");
}

TEST(CutOnTrend, CutsWhatTheLossesSay) {
  Learner trained = learner();
  const StatisticalPlateauOptions options{.factor = 0.5, .iterations_without_progress = 80};
  const auto plateau = std::make_shared<CutOnTrend>(options, trained.run());
  trained.fit({.epochs = 150, .lr = 0.05, .callbacks = {plateau}});  // 900 iterations
  StatisticalPlateau alone(options, {0.05});
  const auto used = rates(trained.run(), 0);
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (i % 8 == 0) {  // losses are read eight at a time
      ASSERT_DOUBLE_EQ(used[i], alone.rates().front()) << i;
      for (std::size_t k = i; k < std::min(i + 8, used.size()); ++k) {
        alone.report(trained.run().iterations[k].loss);
      }
    }
  }
  EXPECT_GT(plateau->cuts(), 0);
  EXPECT_EQ(used.front(), 0.05);
}

/// At the begin of epoch `when`: saves the learner's state, or puts it back.
class Jump final : public Callback {
 public:
  Jump(Learner& learner, std::int64_t when, TrainState& state, bool restores)
      : learner_(learner), when_(when), state_(state), restores_(restores) {}

  Action epoch_begin(const FitContext& fit) override {
    if (fit.epoch != when_) {
      return Action::proceed;
    }
    const StateList list = [&](StateArchive& archive) { learner_.state(archive); };
    if (restores_) {
      restore_state(list, state_);
    } else {
      state_ = save_state(list);
    }
    return Action::proceed;
  }

 private:
  Learner& learner_;
  std::int64_t when_;
  TrainState& state_;
  bool restores_;
};

/// Rates of `epochs` epochs; the state of the begin of `when` is saved to, or put back from there.
std::vector<double> rates_of(const PlateauOptions& options, std::int64_t epochs, std::int64_t when,
                             TrainState& state, bool restores) {
  Learner trained = learner();
  trained.fit({.epochs = epochs,
               .lr = 0.01,
               .callbacks = {plateau_callback(options, trained.run()),
                             std::make_shared<Jump>(trained, when, state, restores)}});
  return rates(trained.run(), 0);
}

TEST(PlateauCallback, RefusesOptionsBeforeTheFit) {
  Learner trained = learner();
  const auto refusal = [&](const PlateauOptions& options) {
    return message_of(ErrorKind::usage, [&] { (void)plateau_callback(options, trained.run()); });
  };
  EXPECT_EQ(refusal(ReduceOnPlateauOptions{.min_lr = MinRates::list({0.0, 0.0, 0.0})}),
            "min_lr: expected 2 (one a group), got 3");
  EXPECT_EQ(refusal(StatisticalPlateauOptions{.factor = 1.0}),
            "statistical: factor: expected a number in [0, 1), got 1");
}

TEST(PlateauCallback, AFitThatGoesOnFromAStateHasTheSameRates) {
  for (const PlateauOptions& options :
       {PlateauOptions(each_second_epoch()), PlateauOptions(every_twenty())}) {
    TrainState state;
    const auto whole = rates_of(options, 16, 7, state, /*restores=*/false);
    const auto rest = rates_of(options, 9, 0, state, /*restores=*/true);
    EXPECT_EQ(rest, std::vector<double>(whole.begin() + 7 * 6, whole.end())) << text_of(options);
    EXPECT_GT(std::set<double>(rest.begin(), rest.end()).size(), 2U);
    EXPECT_LT(rest.front(), 0.01) << "cuts before the state count";
  }
}

TEST(PlateauCallback, SavingAndTheFinderDoNotMoveTheCuts) {
  for (const PlateauOptions& options :
       {PlateauOptions(each_second_epoch()), PlateauOptions(every_twenty())}) {
    TrainState state;
    const auto watched = rates_of(options, 12, 5, state, /*restores=*/false);
    const auto unwatched = rates_of(options, 12, -1, state, /*restores=*/false);
    EXPECT_EQ(watched, unwatched);
  }
}

TEST(PlateauCallback, IsStateOfTheLearnerWhileTheFitRuns) {
  TrainState state;
  (void)rates_of(each_second_epoch(), 3, 2, state, /*restores=*/false);
  std::set<std::string> names;
  for (const auto& [name, value] : state.values) {
    names.insert(name);
  }
  for (const char* name : {"best", "bad", "cooldown", "cuts", "rate.0", "rate.1"}) {
    EXPECT_TRUE(names.contains(cat("callback.reduce_on_plateau.loss.", name))) << name;
  }
}

TEST(PlateauCallback, SeveralMultiply) {
  Learner trained = learner();
  trained.fit({.epochs = 6,
               .lr = 0.01,
               .callbacks = {std::make_shared<CutOnPlateau>(each_second_epoch(), trained.run()),
                             std::make_shared<CutOnTrend>(every_twenty(), trained.run())}});
  const auto used = rates(trained.run(), 0);
  EXPECT_EQ(used[17], 0.01);
  EXPECT_EQ(used[18], 0.005);    // epoch 3
  EXPECT_EQ(used[24], 0.0025);   // the 20th loss is read with the 24th
  EXPECT_EQ(used[30], 0.00125);  // epoch 5
}

}  // namespace
}  // namespace onecycle
