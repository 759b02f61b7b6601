#include "onecycle/finder/sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/message.h"

namespace onecycle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Sweep, DefaultIsFastaisGrid) {
  const Sweep sweep;
  EXPECT_DOUBLE_EQ(sweep.rate(0), 1e-7);
  EXPECT_NEAR(sweep.rate(50), 1e-3, 1e-15);
  EXPECT_NEAR(sweep.rate(99), 10.0 * std::pow(10.0, -0.08), 1e-12);  // the end is never tried
  EXPECT_EQ(sweep.iterations(), 100);
}

TEST(Sweep, ExponentialGridsHaveOneRatioAndRiseWithinTheirEnds) {
  for (const Grid grid : {Grid::fastai, Grid::fastai07, Grid::torch_lr_finder}) {
    const Sweep sweep{.start_lr = 1e-5, .end_lr = 2.0, .num_it = 77, .grid = grid};
    const double ratio = sweep.rate(1) / sweep.rate(0);
    EXPECT_DOUBLE_EQ(sweep.rate(0), 1e-5);
    for (std::int64_t k = 1; k < sweep.iterations(); ++k) {
      EXPECT_NEAR(sweep.rate(k) / sweep.rate(k - 1), ratio, 1e-12);
      EXPECT_LE(sweep.rate(k), 2.0 * (1.0 + 1e-12));
    }
  }
}

TEST(Sweep, SomeGridsReachTheirEnd) {
  for (const Spacing spacing : {Spacing::exponential, Spacing::linear}) {
    for (const Grid grid : {Grid::torch_lr_finder, Grid::lightning}) {
      const Sweep sweep{.end_lr = 3.0, .num_it = 40, .spacing = spacing, .grid = grid};
      EXPECT_NEAR(sweep.rate(39), 3.0, 1e-12);
    }
  }
}

TEST(Sweep, LinearGridsHaveOneDifference) {
  const Sweep sweep{.start_lr = 0.1, .end_lr = 1.1, .num_it = 10, .spacing = Spacing::linear};
  for (std::int64_t k = 0; k < 10; ++k) {
    EXPECT_NEAR(sweep.rate(k), 0.1 + 0.1 * static_cast<double>(k), 1e-12);
  }
}

TEST(Sweep, LinearGridOfFastai07StartsAtZero) {
  const Sweep sweep{
      .start_lr = 1e-6, .num_it = 60, .spacing = Spacing::linear, .grid = Grid::fastai07};
  EXPECT_EQ(sweep.rate(0), 0.0);
  EXPECT_NEAR(sweep.rate(6), 1.0, 1e-12);
}

TEST(Sweep, LightningLeavesTheSecondRateOut) {
  const Sweep sweep{.grid = Grid::lightning};
  const double ratio = std::pow(1e8, 0.01);
  EXPECT_DOUBLE_EQ(sweep.rate(0), 1e-7);
  EXPECT_NEAR(sweep.rate(1) / sweep.rate(0), ratio * ratio, 1e-12);
}

TEST(Sweep, IgniteRunsOneIterationMore) {
  const Sweep sweep{.num_it = 30, .grid = Grid::ignite};
  EXPECT_EQ(sweep.iterations(), 31);
  EXPECT_NEAR(sweep.rate(29), 10.0, 1e-12);
}

TEST(Sweep, EndsMayLieSixHundredOrdersApart) {
  for (const Grid grid : {Grid::fastai, Grid::torch_lr_finder, Grid::ignite, Grid::lightning}) {
    const Sweep sweep{.start_lr = 1e-300, .end_lr = 1e300, .num_it = 60, .grid = grid};
    for (std::int64_t k = 1; k < 60; ++k) {
      EXPECT_GT(sweep.rate(k), sweep.rate(k - 1)) << k;
      EXPECT_LE(sweep.rate(k), 1e300 * (1.0 + 1e-12)) << k;
    }
  }
}

TEST(Sweep, RefusesRatesAndCountsThatMakeNoSweep) {
  const auto message = [](const Sweep& sweep) {
    return message_of(ErrorKind::usage, [&] { sweep.check(); });
  };
  EXPECT_EQ(message({.start_lr = 0.0}), "finder: start_lr: expected a finite rate > 0, got 0");
  EXPECT_EQ(message({.start_lr = kNan}), "finder: start_lr: expected a finite rate > 0, got nan");
  EXPECT_EQ(message({.end_lr = INFINITY}), "finder: end_lr: expected a finite rate > 0, got inf");
  EXPECT_EQ(message({.end_lr = -1.0}), "finder: end_lr: expected a finite rate > 0, got -1");
  EXPECT_EQ(message({.start_lr = 1.0, .end_lr = 1.0}),
            "finder: rates: expected start_lr < end_lr, got 1 and 1; the sweep goes upwards");
  EXPECT_EQ(message({.num_it = 5}),
            "finder: num_it: expected at least 6 iterations, got 5; fewer points show no curve");
  EXPECT_NO_THROW(Sweep{.num_it = 6}.check());
}

}  // namespace
}  // namespace onecycle
