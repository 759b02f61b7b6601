#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "finder/curves.h"

namespace onecycle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double rate_of(const char* rule, const Curve& on) { return find_rule(rule).rate(on.lr, on.loss); }

/// fastai v2's `valley` by its definition, quadratic; NaN where it would count back from the end.
double naive_valley(const Curve& on) {
  const std::size_t n = on.loss.size();
  std::vector<std::ptrdiff_t> length(n, 1);
  std::size_t end = 0;
  for (std::size_t i = 1; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (on.loss[i] < on.loss[j]) {
        length[i] = std::max(length[i], length[j] + 1);
      }
    }
    end = length[i] > length[end] ? i : end;
  }
  const auto last = static_cast<std::ptrdiff_t>(end);
  const std::ptrdiff_t start = length[end] == 1 ? 0 : last - length[end];
  const double third = static_cast<double>(last - start) / 3.0;
  const auto index =
      start + static_cast<std::ptrdiff_t>(third) + static_cast<std::ptrdiff_t>(third / 2.0);
  return index < 0 ? kNan : on.lr[static_cast<std::size_t>(index)];
}

TEST(Valley, EqualsItsQuadraticDefinition) {
  std::mt19937_64 random(11);
  for (int trial = 0; trial < 2000; ++trial) {
    Curve on = random_curve(random, 1 + random() % 60);
    if (trial % 5 == 0) {
      on.loss[random() % on.loss.size()] = kNan;
    }
    const double expected = naive_valley(on);
    const double got = rate_of("valley", on);
    ASSERT_TRUE(got == expected || (std::isnan(got) && std::isnan(expected))) << trial;
  }
}

TEST(Valley, SuggestsHalfWayDownTheFall) {
  const Curve on = curve(60, [](double k) { return k < 30.0 ? 2.0 - 0.01 * k : 2.0 + k; });
  EXPECT_EQ(rate_of("valley", on), on.lr[14]);  // the fall is 0 to 29; -1 + 10 + 5
}

TEST(Valley, DoesNotTakeTheLastRateForAFallBetweenTheFirstTwoPoints) {
  const Curve on = curve(60, [](double k) { return k == 1.0 ? 1.0 : 2.0 + k; });
  SuggestionRule valley = find_rule("valley");
  valley.cut = Cut::none;
  const Suggestion answer = apply_rule(valley, on);
  EXPECT_FALSE(answer.lr.has_value());
  EXPECT_EQ(answer.why, "the longest fall is that between the first two points");
}

TEST(Slide, StopsWhereTheSlopeIsThatOf15PointsEarlier) {
  const Curve straight = curve(50, [](double k) { return 5.0 - 0.01 * k; });
  EXPECT_EQ(rate_of("slide", straight), straight.lr[34]);
  // Slopes differ by 15 * 0.002 everywhere, so it slides to the first point.
  const Curve bent = curve(50, [](double k) { return 0.001 * k * k; });
  EXPECT_EQ(rate_of("slide", bent), bent.lr[0]);
}

TEST(Lightning, MeasuresSlopesPerUnitOfTheRateNotPerPoint) {
  const Curve on{.lr = {1.0, 2.0, 3.0, 4.0, 14.0, 15.0, 16.0},
                 .loss = {10.0, 10.0, 9.5, 9.0, 6.0, 6.0, 6.0}};
  EXPECT_EQ(rate_of("lightning", on), 3.0);  // 0.5 per unit
  EXPECT_EQ(rate_of("fastai1", on), 4.0);    // 3.5 over two points
}

TEST(Agree, TakesTheMedianRateAndTheSpread) {
  const auto all = agree({{{"valley", 1e-3, {}}, {"slide", {}, "why"}},
                          {{"valley", 1e-1, {}}, {"slide", {}, "why"}},
                          {{"valley", 1e-2, {}}, {"slide", 2e-2, {}}}});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].rule, "valley");
  EXPECT_EQ(all[0].lr, 1e-2);
  EXPECT_DOUBLE_EQ(all[0].spread, 100.0);
  EXPECT_EQ(all[0].answered, 3U);
  EXPECT_EQ(all[1].lr, 2e-2);
  EXPECT_EQ(all[1].spread, 1.0);
  EXPECT_EQ(all[1].answered, 1U);
  EXPECT_EQ(all[1].asked, 3U);
}

}  // namespace
}  // namespace onecycle
