#include "onecycle/finder/stop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "onecycle/finder/sweep_log.h"
#include "support/message.h"

namespace onecycle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A sweep of 100 iterations over a loss that is given by the iteration.
SweepLog sweep(const std::function<double(double k)>& loss, const FinderSetup& setup = {}) {
  SweepLog log(setup);
  while (log.running()) {
    log.add(loss(static_cast<double>(log.iteration())));
  }
  return log;
}

double u_shape(double k) {
  return 0.5 + 2.0 / (1.0 + std::exp((k - 40.0) / 5.0)) + std::exp((k - 80.0) / 2.0);
}

TEST(StopRule, PositiveLossesEndAtFourTimesTheLowestAndTheCrossingIsKept) {
  const SweepLog log = sweep(u_shape);
  EXPECT_EQ(log.reason(), StopReason::diverged);
  const std::vector<double>& smoothed = log.record().smoothed;
  const double lowest = *std::min_element(smoothed.begin(), smoothed.end());
  EXPECT_GT(smoothed.back(), 4.0 * lowest);
  for (std::size_t k = 0; k + 1 < smoothed.size(); ++k) {
    EXPECT_LE(smoothed[k], 4.0 * lowest) << k;
  }
}

TEST(StopRule, SaysWhereAndAgainstWhatTheLossRose) {
  StopDetector detector;
  EXPECT_FALSE(detector.add(0.1, 2.0, 2.0));
  EXPECT_FALSE(detector.add(0.2, 8.0, 8.0));  // 4 times is not above 4 times
  EXPECT_TRUE(detector.add(0.4, 8.5, 8.5));
  EXPECT_EQ(detector.describe(),
            "the smoothed loss rose above 4 times its lowest value (2) at iteration 2 (rate 0.4)");
}

TEST(StopRule, ALossThatIsNotFiniteEndsTheSweepAndStaysOutOfTheCurve) {
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    const SweepLog log = sweep([&](double k) { return k == 63.0 ? bad : 2.0 - 0.01 * k; });
    EXPECT_EQ(log.reason(), StopReason::non_finite);
    EXPECT_EQ(log.iteration(), 64);
    EXPECT_EQ(log.record().loss.size(), 63U);
    EXPECT_EQ(log.record().lr.size(), 63U);
    EXPECT_TRUE(std::isfinite(log.record().smoothed.back()));
    EXPECT_EQ(log.record().batches, 64);
    EXPECT_EQ(log.record().stopped, cat("the loss was ", bad, " at iteration 63 (rate 0.011)"));
  }
}

TEST(StopRule, ShiftingALossBelowZeroStillFindsTheDivergence) {
  for (const double offset : {-1.0, -3.0, -100.0}) {  // zero-crossing, then negative throughout
    const SweepLog log = sweep([&](double k) { return u_shape(k) + offset; });
    EXPECT_EQ(log.reason(), StopReason::diverged) << offset;
    EXPECT_GT(log.iteration(), 82) << offset;
    EXPECT_LT(log.iteration(), 96) << offset;
    EXPECT_NE(log.record().stopped.find("times the spread of the losses before it"),
              std::string::npos);
  }
}

TEST(StopRule, NegativeLossesAreJudgedAlikeWhateverTheirOffsetAndScale) {
  const std::int64_t at_minus_3 = sweep([](double k) { return u_shape(k) - 3.0; }).iteration();
  EXPECT_EQ(sweep([](double k) { return u_shape(k) - 50.0; }).iteration(), at_minus_3);
  EXPECT_EQ(sweep([](double k) { return 1e4 * (u_shape(k) - 3.0); }).iteration(), at_minus_3);
}

TEST(StopRule, ALossThatFallsThroughZeroIsNotADivergence) {
  std::mt19937_64 random(3);
  for (int seed = 0; seed < 200; ++seed) {
    std::normal_distribution<double> noise(0.0, 0.05);
    const SweepLog log = sweep([&](double k) { return 1.0 - 0.02 * k + noise(random); });
    EXPECT_EQ(log.reason(), StopReason::completed) << log.record().stopped;
  }
}

TEST(StopRule, NoiseAroundANegativeLevelIsNotADivergence) {
  std::mt19937_64 random(5);
  for (int seed = 0; seed < 200; ++seed) {
    std::normal_distribution<double> noise(-2.0, 0.3);
    EXPECT_EQ(sweep([&](double) { return noise(random); }).reason(), StopReason::completed);
  }
}

TEST(StopRule, ConstantsCompleteAndSaySo) {
  for (const double level : {1.7, 0.0, -1.7, 1e-30, -1e30}) {
    const SweepLog log = sweep([&](double) { return level; });
    EXPECT_EQ(log.reason(), StopReason::completed) << level;
    EXPECT_EQ(log.record().stopped, "all 100 rates were tried; the loss never changed") << level;
  }
}

/// Gradient descent on h x^2/2 converges at rates below 2/h and diverges above.
TEST(StopRule, AQuadraticTurnsAtTwoOverItsCurvatureAndIsStoppedSoonAfter) {
  for (const double curvature : {0.5, 4.0, 30.0}) {
    double x = 1.0;
    SweepLog log(
        {.sweep = {.start_lr = 1e-4, .end_lr = 100.0, .num_it = 300}, .smoothing = {.beta = 0.0}});
    while (log.running()) {
      const double lr = log.lr();
      log.add(0.5 * curvature * x * x);
      x -= lr * curvature * x;
    }
    EXPECT_EQ(log.reason(), StopReason::diverged);
    const auto& losses = log.record().loss;
    const auto turn =
        static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
    EXPECT_LE(log.record().lr[turn - 1], 2.0 / curvature);  // the limit, within one rate
    EXPECT_GT(log.record().lr[turn], 2.0 / curvature);
    EXPECT_LT(log.record().lr.back(), 1.5 * 2.0 / curvature);
  }
}

TEST(StopRule, CanBeSwitchedOff) {
  const FinderSetup off{.stop = {.divergence = false, .non_finite = false}};
  EXPECT_EQ(sweep(u_shape, off).iteration(), 100);
  EXPECT_EQ(sweep([](double k) { return k > 50.0 ? kNan : 1.0; }, off).iteration(), 100);
}

TEST(StopRule, PeersStopAtOnceOnNegativeLosses) {
  EXPECT_EQ(sweep([](double) { return -1.0; }, find_setup("fastai2").setup).iteration(), 1);
  EXPECT_EQ(sweep([](double) { return -1.0; }, find_setup("lightning").setup).iteration(), 2);
}

TEST(StopRule, RefusesAFactorBelowOne) {
  for (const double factor : {0.5, kNan, kInfinity}) {
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { StopDetector detector({.factor = factor}); }),
              cat("finder: stop factor: expected a finite number >= 1, got ", factor));
  }
}

}  // namespace
}  // namespace onecycle
