#include "onecycle/record/smoothing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support/message.h"

namespace onecycle {
namespace {

/// The definition, summed anew for each k.
double debiased(const std::vector<double>& x, std::size_t k, double beta) {
  double sum = 0.0;
  double weights = 0.0;
  for (std::size_t i = 0; i <= k; ++i) {
    const double weight = std::pow(beta, static_cast<double>(k - i));
    sum += weight * x[i];
    weights += weight;
  }
  return sum / weights;
}

std::vector<double> noise(std::size_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(1.0, 0.5);
  std::vector<double> x(count);
  for (double& value : x) {
    value = normal(random);
  }
  return x;
}

TEST(Smoothing, DebiasedAverageIsTheWeightedMeanOfAllNumbersSoFar) {
  const std::vector<double> x = noise(300);
  for (const double beta : {0.5, 0.9, 0.98, 0.999}) {
    DebiasedAverage average(beta);
    for (std::size_t k = 0; k < x.size(); ++k) {
      EXPECT_NEAR(average.add(x[k]), debiased(x, k, beta), 1e-11) << beta << " " << k;
    }
    EXPECT_EQ(average.count(), 300);
  }
}

TEST(Smoothing, EveryKindButLightningStartsAtTheFirstNumber) {
  EXPECT_DOUBLE_EQ(Smoother({SmoothingKind::debiased, 0.98}).add(3.5), 3.5);
  EXPECT_DOUBLE_EQ(Smoother({SmoothingKind::from_first, 0.95}).add(3.5), 3.5);
  EXPECT_NEAR(Smoother({SmoothingKind::lightning, 0.98}).add(3.5), 3.5 / 1.98, 1e-12);
}

TEST(Smoothing, AConstantStaysConstant) {
  DebiasedAverage average;
  for (int k = 0; k < 1000; ++k) {
    EXPECT_NEAR(average.add(1.7), 1.7, 1e-13);
  }
}

TEST(Smoothing, BetaZeroIsOff) {
  for (const SmoothingKind kind :
       {SmoothingKind::debiased, SmoothingKind::from_first, SmoothingKind::lightning}) {
    Smoother smoother({kind, 0.0});
    for (const double x : noise(20)) {
      EXPECT_EQ(smoother.add(x), x);
    }
  }
}

TEST(Smoothing, ANumberThatIsNotFinitePoisonsWhatFollows) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    DebiasedAverage average;
    average.add(1.0);
    average.add(bad);
    EXPECT_FALSE(std::isfinite(average.add(1.0)));
  }
}

TEST(Smoothing, RefusesABetaThatIsNoWeight) {
  for (const double beta : {1.0, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { DebiasedAverage average(beta); }),
              cat("smoothing: beta: expected a weight of the past in [0, 1), got ", beta));
  }
}

}  // namespace
}  // namespace onecycle
