#include "onecycle/schedule/trend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "onecycle/core/random.h"
#include "support/message.h"

namespace onecycle {
namespace {

using Losses = std::vector<double>;

/// `count` losses: slope * index + noise in [-1, 1).
Losses noisy(std::size_t count, double slope, std::uint64_t seed) {
  Random random(seed);
  Losses losses;
  for (std::size_t i = 0; i < count; ++i) {
    losses.push_back(slope * static_cast<double>(i) + 2.0 * random.uniform() - 1.0);
  }
  return losses;
}

Losses changed(Losses losses, const std::function<double(double)>& change) {
  for (double& loss : losses) {
    loss = change(loss);
  }
  return losses;
}

// Computed with numpy: the slope by linalg.lstsq, then the formula of the header.
TEST(ProbabilityFalling, IsThatOfTheRegression) {
  EXPECT_NEAR(probability_falling(Losses{2.5, 2.1, 2.3, 1.9, 2.0, 1.8}), 0.9996434033394066, 1e-14);
  EXPECT_NEAR(probability_falling(Losses{0.3, 0.1, 0.4, 0.1, 0.5, 0.9, 0.2, 0.6}),
              0.09158878618084465, 1e-14);
  EXPECT_NEAR(probability_falling(Losses{1, 2, 4}), 1.0172773072722117e-07, 1e-17);
}

TEST(ProbabilityFalling, IsCertainOfLinesWithoutNoise) {
  Losses falling;
  Losses rising;
  for (int i = 0; i < 2000; ++i) {
    falling.push_back(3.0 - 1e-4 * i);
    rising.push_back(3.0 + 1e-4 * i);
  }
  EXPECT_NEAR(probability_falling(falling), 1.0, 1e-12);
  EXPECT_NEAR(probability_falling(rising), 0.0, 1e-12);
}

TEST(ProbabilityFalling, IsUniformOverFlatNoise) {
  double sum = 0.0;
  int below_tenth = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const double p = probability_falling(noisy(200, 0.0, seed));
    sum += p;
    below_tenth += p < 0.1 ? 1 : 0;
  }
  EXPECT_NEAR(sum / 1000.0, 0.5, 0.03);  // 3.3 standard deviations of a uniform mean
  EXPECT_NEAR(below_tenth, 100, 30);
}

TEST(ProbabilityFalling, SeesASlopeThroughNoise) {
  EXPECT_GT(probability_falling(noisy(2000, -3e-4, 1)), 0.99);
  EXPECT_LT(probability_falling(noisy(2000, 3e-4, 1)), 0.01);
}

TEST(ProbabilityFalling, KnowsNeitherUnitNorOrigin) {
  const Losses losses = noisy(100, -1e-3, 5);
  const double p = probability_falling(losses);
  EXPECT_NEAR(probability_falling(changed(losses, [](double x) { return 1e6 + x; })), p, 1e-8);
  EXPECT_NEAR(probability_falling(changed(losses, [](double x) { return 1e-9 * x; })), p, 1e-12);
  EXPECT_NEAR(probability_falling(changed(losses, [](double x) { return -x; })), 1.0 - p, 1e-12);
}

TEST(ProbabilityFalling, IsEvenWhereThereIsNothingToTell) {
  EXPECT_EQ(probability_falling(Losses{}), 0.5);
  EXPECT_EQ(probability_falling(Losses{2.0, 1.0}), 0.5);
  EXPECT_EQ(probability_falling(Losses(2000, 0.1)), 0.5);
}

TEST(ProbabilityFalling, LeavesOutWhatIsNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(probability_falling(Losses{2.5, NAN, 2.1, infinity, 2.3, -infinity, 1.9}),
            probability_falling(Losses{2.5, 2.1, 2.3, 1.9}));
  EXPECT_EQ(probability_falling(Losses{NAN, NAN, NAN, NAN}), 0.5);
}

// Computed with numpy as above, for every n.
TEST(StepsWithoutDecrease, CountsBackFromTheEnd) {
  const Losses losses = {5,   4.5,  4.1,  3.2,  3.0, 2.2,  2.0, 2.1,
                         1.9, 2.05, 1.95, 2.02, 2.0, 1.98, 2.03};
  EXPECT_EQ(steps_without_decrease(losses), 7);
  EXPECT_EQ(steps_without_decrease(losses, 0.9), 9);
  EXPECT_EQ(steps_without_decrease_robust(losses), 7);
  EXPECT_EQ(steps_without_decrease_robust(losses, {.probability = 0.9, .discard = 0.2}), 9);
}

TEST(StepsWithoutDecrease, IsNoneWhileTheLossesFall) {
  Losses losses;
  for (int i = 0; i < 100; ++i) {
    losses.push_back(-i);
  }
  EXPECT_EQ(steps_without_decrease(losses), 0);
  EXPECT_EQ(steps_without_decrease_robust(losses), 0);
  EXPECT_EQ(steps_without_decrease(Losses{}), 0);
  EXPECT_EQ(steps_without_decrease_robust(Losses{}), 0);
  EXPECT_EQ(steps_without_decrease_robust(Losses{NAN}), 0);
}

TEST(StepsWithoutDecrease, IsAllOfAFlatLine) {
  EXPECT_EQ(steps_without_decrease(Losses(50, 0.1)), 50);
  EXPECT_EQ(steps_without_decrease_robust(Losses(50, 0.1)), 50);
}

TEST(StepsWithoutDecrease, OnlyTheRobustOneSeesThroughAShortDisturbance) {
  Losses losses = noisy(300, -0.01, 2);
  losses.insert(losses.end(), 20, 60.0);
  EXPECT_EQ(steps_without_decrease(losses), 320);
  EXPECT_LT(steps_without_decrease_robust(losses), 100);
}

TEST(StepsWithoutDecrease, RefusesFractionsThatAreNone) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)steps_without_decrease(Losses{}, 1.5); }),
            "probability: expected a number in [0, 1], got 1.5");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] { (void)steps_without_decrease_robust(Losses{}, {.discard = -0.1}); }),
            "discard: expected a number in [0, 1], got -0.1");
}

}  // namespace
}  // namespace onecycle
