#include "onecycle/train/keep_averages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "support/message.h"
#include "train/kept.h"

namespace onecycle {
namespace {

/// Eight epochs with an average, and all that it may have averaged.
template <class Average>
struct Trained {
  template <class Options>
  explicit Trained(Options options)
      : average(std::make_shared<Average>(learner.model(), std::move(options))) {
    learner.fit(kept::eight_epochs({average, history}));
  }
  /// The plain mean of the weights after each of `updates` updates.
  [[nodiscard]] NamedTensors mean_after(const std::vector<std::size_t>& updates) {
    std::vector<NamedTensors> chosen;
    for (const std::size_t u : updates) {
      chosen.push_back(history->after[u - 1]);
    }
    return kept::mean_of(chosen, learner.model().module->parameters().size());
  }

  Learner learner = kept::learner();
  std::shared_ptr<kept::History> history = std::make_shared<kept::History>(learner.model());
  std::shared_ptr<Average> average;
};

TEST(SwaWeights, IsTheMeanOfTheEpochsOfTheLastQuarter) {
  Trained<SwaWeights> t(SwaOptions{});
  kept::expect_near(t.average->weights(), t.mean_after({42, 48}), kept::kExact);
  EXPECT_EQ(t.average->what(), "mean of 2 epochs from iteration 36 on");
  EXPECT_TRUE(t.average->averaged());
}

TEST(SwaWeights, CanCountIterations) {
  Trained<SwaWeights> t(SwaOptions{.from = Length::iterations(20), .every = Length::iterations(5)});
  kept::expect_near(t.average->weights(), t.mean_after({25, 30, 35, 40, 45}), kept::kExact);
  EXPECT_EQ(t.average->what(), "mean of 5 iterations, every 5 from 20 on");
}

TEST(SwaWeights, EveryIterationFromTheBegin) {
  Trained<SwaWeights> t(SwaOptions{.from = Length::share(0), .every = Length::iterations(1)});
  std::vector<std::size_t> all(48);
  std::iota(all.begin(), all.end(), std::size_t{1});
  kept::expect_near(t.average->weights(), t.mean_after(all), kept::kExact);
  EXPECT_EQ(t.average->what(), "mean of 48 iterations");
}

TEST(SwaWeights, RefusesAFitThatIsTooShort) {
  Learner learner = kept::learner();
  const auto refusal = [&](const SwaOptions& options) {
    return message_of(ErrorKind::usage, [&] {
      learner.fit(kept::eight_epochs({std::make_shared<SwaWeights>(learner.model(), options)}));
    });
  };
  EXPECT_EQ(refusal({.from = Length::iterations(48)}),
            "swa: from: expected fewer than the 48 iterations of the fit, got 48; begin earlier");
  EXPECT_EQ(refusal({.every = Length::iterations(13)}),
            "swa: every: expected 1 to the 12 iterations from 36 on, got 13");
  EXPECT_EQ(refusal({.from = Length::rest()}),
            "swa: from: expected iterations, or a share such as 10%, got rest");
  EXPECT_EQ(learner.iterations(), 0);
}

TEST(EmaWeights, FollowsTheWeightsOfEachIteration) {
  for (const bool warmup : {true, false}) {
    Trained<EmaWeights> t(EmaOptions{.decay = 0.8, .warmup = warmup});
    const std::size_t parameters = t.learner.model().module->parameters().size();
    NamedTensors expected = t.history->after.front();
    for (std::size_t n = 1; n < 48; ++n) {
      const auto k = static_cast<double>(n);
      const double decay = warmup ? std::min(0.8, (1.0 + k) / (10.0 + k)) : 0.8;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const torch::Tensor& now = t.history->after[n][i].second;
        expected[i].second =
            i < parameters ? decay * expected[i].second + (1.0 - decay) * now : now;
      }
    }
    kept::expect_near(t.average->weights(), expected, kept::kExact);
    EXPECT_EQ(t.average->what(), "exponential mean of 48 iterations, decay 0.8");
  }
}

TEST(EmaWeights, CanBeginLateAndSkipIterations) {
  Trained<EmaWeights> t(
      EmaOptions{.decay = 0.5, .warmup = false, .every = 10, .from = Length::iterations(25)});
  NamedTensors expected = t.history->after[34];
  const auto& last = t.history->after[44];
  const std::size_t parameters = t.learner.model().module->parameters().size();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i].second =
        i < parameters ? 0.5 * expected[i].second + 0.5 * last[i].second : last[i].second;
  }
  kept::expect_near(t.average->weights(), expected, kept::kExact);
  EXPECT_EQ(t.average->what(), "exponential mean of 2 iterations, every 10 from 25 on, decay 0.5");
}

TEST(EmaWeights, RefusesWhatIsOutOfRange) {
  Learner learner = kept::learner();
  const auto refusal = [&](const EmaOptions& options) {
    return message_of(ErrorKind::usage, [&] {
      learner.fit(kept::eight_epochs({std::make_shared<EmaWeights>(learner.model(), options)}));
    });
  };
  EXPECT_EQ(refusal({.decay = -0.1}),
            "weight average: decay: expected a number in [0, 1), got -0.1");
  EXPECT_EQ(refusal({.every = 0}), "ema: every: expected at least 1 iteration, got 0");
  EXPECT_EQ(refusal({.every = 49}),
            "ema: every: expected 1 to the 48 iterations from 0 on, got 49");
}

TEST(LowWeights, IsTheMeanOfTheLowsOfTheRate) {
  Trained<LowWeights> t("lows");
  kept::expect_near(t.average->weights(), t.mean_after({12, 24, 36, 48}), kept::kExact);
  EXPECT_EQ(t.average->what(), "mean of 4 lows of the rate");
}

TEST(LowWeights, ACycleThatTheRunCutsOffHasNoLow) {
  Learner learner = kept::learner();
  const auto average = std::make_shared<LowWeights>(learner.model());
  const auto history = std::make_shared<kept::History>(learner.model());
  learner.fit({.epochs = 8,
               .lr = 0.05,
               .schedule = Sgdr{.cycle_len = Length::iterations(20), .cycle_mult = 1.0},
               .callbacks = {average, history}});
  const std::size_t parameters = learner.model().module->parameters().size();
  kept::expect_near(average->weights(),
                    kept::mean_of({history->after[19], history->after[39]}, parameters),
                    kept::kExact);
}

TEST(LowWeights, WithoutCyclesThereAreNone) {
  Learner learner = kept::learner();
  const auto average = std::make_shared<LowWeights>(learner.model());
  learner.fit(kept::eight_epochs({average}));
  EXPECT_TRUE(average->ready());
  learner.fit({.epochs = 1, .lr = 0.05, .callbacks = {average}});
  EXPECT_FALSE(average->ready());
  EXPECT_TRUE(average->members().empty());
  EXPECT_TRUE(average->weights().empty());
  EXPECT_EQ(average->what(), "the schedule has no cycle that ends");
}

TEST(AveragedWeights, FitsGoOnFromTheirState) {
  kept::expect_goes_on_from_its_state([](const Model& model) {
    return std::make_shared<SwaWeights>(model, SwaOptions{.from = Length::iterations(10)});
  });
  kept::expect_goes_on_from_its_state([](const Model& model) {
    return std::make_shared<EmaWeights>(model, EmaOptions{.decay = 0.99});
  });
  kept::expect_goes_on_from_its_state(
      [](const Model& model) { return std::make_shared<LowWeights>(model); });
}

TEST(AveragedWeights, SeveralOfOneKindNeedOnlyDifferentNames) {
  Learner learner = kept::learner();
  const auto slow = std::make_shared<EmaWeights>(learner.model(), EmaOptions{.name = "slow"});
  const auto fast =
      std::make_shared<EmaWeights>(learner.model(), EmaOptions{.decay = 0.5, .name = "fast"});
  TrainState state;
  learner.fit(kept::eight_epochs(
      {slow, fast, std::make_shared<kept::Jump>(learner, 4, state, /*restores=*/false)}));
  int names = 0;
  for (const auto& [name, value] : state.values) {
    names += name == "callback.slow.count" || name == "callback.fast.count" ? 1 : 0;
  }
  EXPECT_EQ(names, 2);
}

}  // namespace
}  // namespace onecycle
