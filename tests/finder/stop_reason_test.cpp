#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "onecycle/core/text.h"
#include "onecycle/finder/sweep_log.h"

namespace onecycle {
namespace {

using Losses = std::function<double(double k)>;

/// Why a sweep of 100 iterations without smoothing ended.
std::string reason(const Losses& loss, StopRule rule = {}, Smoothing smoothing = {.beta = 0.0}) {
  SweepLog log({.smoothing = smoothing, .stop = rule});
  while (log.running()) {
    log.add(loss(static_cast<double>(log.iteration())));
  }
  return log.record().stopped;
}

/// `value` in iteration `at`, a falling loss before and after.
Losses falling_but(double value, double at) {
  return [=](double k) { return k == at ? value : 3.0 - 0.01 * k; };
}

TEST(StopReason, NamesNanAndInfinityAndWhere) {
  EXPECT_EQ(reason(falling_but(NAN, 63.0)), "the loss was nan at iteration 63 (rate 0.011)");
  EXPECT_EQ(reason(falling_but(HUGE_VAL, 63.0)), "the loss was inf at iteration 63 (rate 0.011)");
  EXPECT_EQ(reason(falling_but(-HUGE_VAL, 63.0)), "the loss was -inf at iteration 63 (rate 0.011)");
}

TEST(StopReason, ALossThatWasNeverFiniteIsNotBlamedOnTheRate) {
  EXPECT_EQ(reason([](double) { return NAN; }),
            "the loss was nan at iteration 0 (rate 1e-07), before the first update: look at the "
            "model and the data, the rate has changed nothing yet");
}

TEST(StopReason, AnOverflowOfTheSmoothedLossIsTold) {
  StopDetector detector;
  detector.add(0.1, 1e308, 1e308);
  EXPECT_TRUE(detector.add(0.2, 1e308, HUGE_VAL));
  EXPECT_EQ(detector.describe(), "the smoothed loss overflowed to inf at iteration 1 (rate 0.2)");
}

TEST(StopReason, PositiveLossesAreMeasuredByTheirLowestValue) {
  EXPECT_EQ(reason([](double k) { return k < 70.0 ? 2.0 - 0.02 * k : 9.0; }),
            "the smoothed loss rose above 4 times its lowest value (0.62) at iteration 70 (rate "
            "0.0398)");
}

TEST(StopReason, NegativeAndZeroCrossingLossesAreMeasuredByTheirSpread) {
  const auto rises_at_70 = [](double level) {
    return [=](double k) { return level + (k < 70.0 ? -0.02 * k : 50.0); };
  };
  for (const auto& [level, lowest] : {std::pair{-5.0, "-6.38"}, {0.5, "-0.88"}}) {
    EXPECT_EQ(reason(rises_at_70(level)),
              cat("the smoothed loss rose above its lowest value (", lowest,
                  ") by more than 4 times the spread of the losses before it (1.38) at iteration "
                  "70 (rate 0.0398)"));
  }
}

TEST(StopReason, ASpreadOfNothingIsTheRoundingThatTheRuleUses) {
  EXPECT_EQ(reason([](double k) { return k < 70.0 ? -2.0 : 1.0; }),
            "the smoothed loss rose above its lowest value (-2) by more than 4 times the spread of "
            "the losses before it (2e-06) at iteration 70 (rate 0.0398)");
}

TEST(StopReason, APeersStopAtANegativeLossIsCalledWhatItIs) {
  EXPECT_EQ(reason([](double) { return -1.0; }, find_setup("fastai2").setup.stop),
            "the smoothed loss rose above 4 times its lowest value (-1) at iteration 0 (rate "
            "1e-07), which says nothing: not all losses were positive");
}

TEST(StopReason, ACompletedSweepSaysHowItsLossWentOn) {
  const auto completed = [](const Losses& loss) {
    const std::string text = reason(loss);
    const std::string all = "all 100 rates were tried; the loss ";
    EXPECT_TRUE(text.starts_with(all)) << text;
    return text.substr(std::min(all.size(), text.size()));
  };
  EXPECT_EQ(completed([](double) { return 1.7; }), "never changed");
  EXPECT_EQ(completed([](double k) { return 2.0 - 0.01 * k; }),
            "was still falling at the last, 8.32");
  EXPECT_EQ(completed([](double k) { return std::max(2.0 - 0.02 * k, 1.0); }),
            "never rose again up to the last, 8.32");
  EXPECT_EQ(completed([](double k) { return 1.0 + 0.01 * k; }), "never fell below its first value");
  EXPECT_EQ(completed([](double k) { return 1.0 + std::abs(k - 50.0) / 50.0; }),
            "did not blow up: at the last, 8.32, it was 1.98, its lowest value 1");
}

TEST(StopReason, ASweepThatWasToGoOnTellsWhatItPassed) {
  const StopRule off{.divergence = false, .non_finite = false};
  EXPECT_EQ(reason(falling_but(100.0, 50.0), off),
            "all 100 rates were tried; this sweep was not to stop there, but the loss had blown up "
            "at iteration 50 (rate 0.001)");
  EXPECT_EQ(reason(falling_but(NAN, 50.0), off),
            "all 100 rates were tried; this sweep was not to stop there, but the loss was nan at "
            "iteration 50 (rate 0.001)");
  EXPECT_EQ(
      reason([](double) { return NAN; }, off),
      "all 100 rates were tried; this sweep was not to stop there, but the loss was nan at "
      "iteration 0 (rate 1e-07), before the first update: look at the model and the data, the "
      "rate has changed nothing yet");
}

TEST(StopReason, Fastai07JudgesFromIteration11OnAndSaysSo) {
  const StopRule rule = find_setup("fastai07").setup.stop;
  EXPECT_EQ(reason([](double k) { return 1.0 + 0.01 * k; }, rule),
            "all 100 rates were tried; the loss never fell below its first value");
  EXPECT_EQ(reason([](double k) { return k < 30.0 ? 1.0 : 5.0; }, rule),
            "the loss rose above 4 times its lowest value (1) at iteration 30 (rate 2.51e-05)");
}

TEST(StopReason, Fastai1GoesOnAtInfinityAndStopsAtNan) {
  const StopRule rule = find_setup("fastai1").setup.stop;
  EXPECT_TRUE(reason([](double) { return -HUGE_VAL; }, rule, {}).starts_with("all 100"));
  EXPECT_EQ(reason(falling_but(HUGE_VAL, 50.0), rule),
            "the smoothed loss rose above 4 times its lowest value (2.51) at iteration 50 (rate "
            "0.001)");
  EXPECT_EQ(reason(falling_but(NAN, 50.0), rule), "the loss was nan at iteration 50 (rate 0.001)");
}

}  // namespace
}  // namespace onecycle
