// PyTorch's numbers are in tests/golden/torch_plateau.cpp.
#include "onecycle/schedule/plateau.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/message.h"

namespace onecycle {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The reports, from 1, that cut a rate.
std::vector<int> cuts(ReduceOnPlateau& plateau, const std::vector<double>& metrics) {
  std::vector<int> at;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (plateau.report(metrics[i])) {
      at.push_back(static_cast<int>(i) + 1);
    }
  }
  return at;
}

std::vector<int> cuts(const ReduceOnPlateauOptions& options, const std::vector<double>& metrics) {
  ReduceOnPlateau plateau(options, {1.0});
  return cuts(plateau, metrics);
}

std::vector<double> flat(std::size_t count) { return std::vector<double>(count, 1.0); }

TEST(ReduceOnPlateau, CutsWithTheFirstBadReportBeyondPatience) {
  EXPECT_EQ(cuts({.patience = 2}, flat(10)),
            (std::vector<int>{4, 7, 10}));  // the first is the best
  EXPECT_EQ(cuts({.patience = 0}, flat(4)), (std::vector<int>{2, 3, 4}));
}

TEST(ReduceOnPlateau, NeverCutsWhileTheMetricGetsBetter) {
  ReduceOnPlateau down({.patience = 0}, {0.1});
  ReduceOnPlateau up({.mode = PlateauMode::max, .patience = 0}, {0.1});
  for (int i = 1; i <= 100; ++i) {
    EXPECT_FALSE(down.report(1.0 / i));
    EXPECT_FALSE(up.report(i));
  }
  EXPECT_EQ(down.best(), 0.01);
  EXPECT_EQ(up.best(), 100.0);
  EXPECT_EQ(down.rates(), std::vector<double>{0.1});
}

TEST(ReduceOnPlateau, BadReportsCountOnlyInARow) {
  EXPECT_EQ(cuts({.patience = 2}, {1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9}), std::vector<int>{7});
}

TEST(ReduceOnPlateau, NothingIsBadDuringTheCooldown) {
  EXPECT_EQ(cuts({.patience = 1, .cooldown = 3}, flat(13)), (std::vector<int>{3, 8, 13}));
}

TEST(ReduceOnPlateau, NaNIsABadReport) {
  ReduceOnPlateau plateau({.patience = 1}, {1.0});
  EXPECT_EQ(cuts(plateau, {1.0, kNaN, kNaN}), std::vector<int>{3});
  EXPECT_EQ(plateau.best(), 1.0);
}

TEST(ReduceOnPlateau, EachGroupStopsAtItsOwnLowestRate) {
  ReduceOnPlateau plateau({.factor = 0.5, .patience = 0, .min_lr = MinRates::list({0.03, 0.4})},
                          {0.1, 1.0});
  EXPECT_EQ(cuts(plateau, flat(8)), (std::vector<int>{2, 3}));
  EXPECT_EQ(plateau.rates(), (std::vector<double>{0.03, 0.4}));
  EXPECT_EQ(plateau.factor(1), 0.4);
  EXPECT_EQ(plateau.cuts(), 2);
}

TEST(ReduceOnPlateau, AStartBelowTheLowestRateIsNotRaised) {
  ReduceOnPlateau plateau({.patience = 0, .min_lr = 0.5}, {0.1});
  EXPECT_TRUE(cuts(plateau, flat(5)).empty());
  EXPECT_EQ(plateau.rates(), std::vector<double>{0.1});
}

TEST(ReduceOnPlateau, LeavesOutCutsOfEpsAndLess) {
  EXPECT_TRUE(cuts({.factor = 0.5, .patience = 0, .eps = 0.5}, flat(5)).empty());
  EXPECT_EQ(cuts({.factor = 0.5, .patience = 0, .eps = 0.4}, flat(5)), std::vector<int>{2});
}

// PyTorch's bar for a best of -1 lies at -0.9: getting worse counts as getting better.
TEST(ReduceOnPlateau, MagnitudeIsAsStrictForNegativeMetrics) {
  const std::vector<double> metrics = {-1.0, -0.95, -0.92, -0.91};
  const auto with = [](PlateauThreshold mode) -> ReduceOnPlateauOptions {
    return {.patience = 0, .threshold = 0.1, .threshold_mode = mode};
  };
  EXPECT_EQ(cuts(with(PlateauThreshold::rel), metrics), std::vector<int>({}));
  EXPECT_EQ(cuts(with(PlateauThreshold::magnitude), metrics), (std::vector<int>{2, 3, 4}));
  const std::vector<double> positive = {1.0, 0.91, 0.89, 0.8, 0.85};
  EXPECT_EQ(cuts(with(PlateauThreshold::rel), positive),
            cuts(with(PlateauThreshold::magnitude), positive));
}

TEST(ReduceOnPlateau, GoesOnFromItsState) {
  const ReduceOnPlateauOptions options{.factor = 0.5, .patience = 2, .cooldown = 2};
  const std::vector<double> metrics = {1.0, 0.8, 0.9, 0.9, 0.9, 0.9, 0.7, 0.9,
                                       0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
  for (std::size_t half = 0; half < metrics.size(); ++half) {
    ReduceOnPlateau whole(options, {0.1, 1.0});
    ReduceOnPlateau second(options, {0.1, 1.0});
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (i == half) {
        second.restore(whole.state());
      }
      const bool cut = whole.report(metrics[i]);
      if (i >= half) {
        EXPECT_EQ(second.report(metrics[i]), cut) << half << ", " << i;
      }
    }
    EXPECT_EQ(second.rates(), whole.rates());
    EXPECT_EQ(second.cuts(), 3);
    EXPECT_EQ(second.best(), 0.7);
    EXPECT_EQ(second.bad_reports(), whole.bad_reports());
    EXPECT_EQ(second.cooldown_left(), whole.cooldown_left());
  }
}

TEST(ReduceOnPlateau, RefusesWhatMakesNoSense) {
  const auto refusal = [](ReduceOnPlateauOptions options, std::vector<double> peaks = {0.1}) {
    return message_of(ErrorKind::usage,
                      [&] { ReduceOnPlateau(std::move(options), std::move(peaks)); });
  };
  EXPECT_EQ(refusal({.factor = 1.0}),
            "reduce_on_plateau: factor: expected a number in [0, 1), got 1");
  EXPECT_EQ(refusal({.patience = -1}),
            "reduce_on_plateau: patience: expected a number >= 0, got -1");
  EXPECT_EQ(refusal({.cooldown = -1}),
            "reduce_on_plateau: cooldown: expected a number >= 0, got -1");
  EXPECT_EQ(refusal({.threshold = kNaN}),
            "reduce_on_plateau: threshold: expected a number, got nan");
  EXPECT_EQ(refusal({.eps = -1.0}), "reduce_on_plateau: eps: expected a number >= 0, got -1");
  EXPECT_EQ(refusal({.min_lr = MinRates::list({0.1, 0.2})}),
            "min_lr: expected 1 (one a group), got 2");
  EXPECT_EQ(refusal({}, {}), "peak rates: expected one a group, got none");
  EXPECT_EQ(refusal({}, {0.1, 0.0}), "peak rate: expected a finite number > 0, got 0");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)MinRates(-1.0); }),
            "min_lr: expected a finite number >= 0, got -1");
  ReduceOnPlateau plateau({}, {0.1});
  EXPECT_EQ(message_of(ErrorKind::checkpoint,
                       [&] {
                         plateau.restore({.rates = {0.1, 0.2}});
                       }),
            "rates: expected 1 (one a group), got 2");
}

}  // namespace
}  // namespace onecycle
