#include "onecycle/finder/suggest.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "finder/curves.h"
#include "support/message.h"

namespace onecycle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Suggest, EveryRuleAnswersWithinTheCurve) {
  std::mt19937_64 random(13);
  for (int trial = 0; trial < 300; ++trial) {
    const Curve on = random_curve(random, 20 + random() % 150);
    for (const Suggestion& suggestion : suggest(on)) {
      ASSERT_NE(suggestion.lr.has_value(), !suggestion.why.empty());
      if (suggestion.lr) {  // those that divide by 10 may lie below the first rate
        EXPECT_GE(*suggestion.lr, on.lr.front() / 10.0) << suggestion.rule;
        EXPECT_LE(*suggestion.lr, on.lr.back()) << suggestion.rule;
      }
    }
  }
}

TEST(Suggest, OnlySlideKnowsTheScaleOfTheLoss) {
  const Curve once = curve(100, u_shape);
  const Curve thousandfold = curve(100, [](double k) { return 1024.0 * u_shape(k); });
  for (const SuggestionRule& rule : suggestion_rules()) {
    if (rule.name != "slide") {
      EXPECT_EQ(apply_rule(rule, once).lr, apply_rule(rule, thousandfold).lr) << rule.name;
    }
  }
}

TEST(Suggest, MinimumIsATenthOfTheLowest) {
  const Curve on = curve(100, [](double k) { return (k - 70.0) * (k - 70.0); });
  EXPECT_DOUBLE_EQ(*suggest(on, {"minimum"})[0].lr, on.lr[70] / 10.0);
}

TEST(Suggest, SteepestRulesFindTheDrop) {
  const Curve on =
      curve(100, [](double k) { return k <= 50.0 ? 3.0 - 0.001 * k : 1.0 - 0.001 * k; });
  EXPECT_EQ(suggest(on, {"steep"})[0].lr, on.lr[50]);
  EXPECT_EQ(suggest(on, {"fastai1"})[0].lr, on.lr[50]);
}

TEST(Suggest, BeforeBlowUpIsATenthOfTheLastRateThatHeld) {
  const Curve on = curve(60, [](double k) { return k < 40.0 ? 2.0 - 0.03 * k : 100.0; });
  EXPECT_DOUBLE_EQ(*suggest(on, {"before_blow_up"})[0].lr, on.lr[39] / 10.0);
  EXPECT_EQ(suggest(curve(60, [](double k) { return 2.0 - 0.03 * k; }), {"before_blow_up"})[0].why,
            "the curve ends before the loss blows up");
}

TEST(Suggest, ACurveThatSaysNothingGetsNoAnswer) {
  const auto why = [](const Curve& on, const std::string& rule = "valley") {
    const Suggestion suggestion = suggest(on, {rule}).at(0);
    EXPECT_FALSE(suggestion.lr.has_value());
    return suggestion.why;
  };
  EXPECT_EQ(why(curve(100, [](double) { return 1.5; })),
            "the curve is flat: the loss stays at 1.5 at every rate");
  EXPECT_EQ(why(curve(100, [](double k) { return 1.0 + 0.01 * k; })),
            "the loss never falls: it is lowest at the smallest rate looked at");
  EXPECT_EQ(why(curve(100, [](double) { return kNan; })), "no finite loss: the first is nan");
  EXPECT_EQ(why(curve(20, u_shape), "slide"),
            "too few points: slide needs 16, the curve has 20, of which 13 are finite and not cut "
            "off at its ends");
  EXPECT_EQ(why(Curve{}),
            "too few points: valley needs 2, the curve has 0, of which 0 are finite "
            "and not cut off at its ends");
  EXPECT_EQ(why({.lr = {1.0, 3.0, 2.0}, .loss = {3.0, 2.0, 1.0}}),
            "rate 2 (2) is not above the one before (3)");
  EXPECT_EQ(why({.lr = {1.0, -3.0, 2.0}, .loss = {3.0, 2.0, 1.0}}),
            "rate 1 is -3: expected finite rates > 0");
}

TEST(Suggest, NeverThrowsOnABadCurve) {
  std::mt19937_64 random(14);
  const std::array<double, 8> odd = {kNan, HUGE_VAL, -HUGE_VAL, 0.0, -1.0, 1e300, -1e300, 1e-300};
  for (int trial = 0; trial < 3000; ++trial) {
    Curve on = random_curve(random, 1 + random() % 40);
    for (double& loss : on.loss) {
      loss = random() % 3 == 0 ? odd[random() % 8] : loss;
    }
    for (const Suggestion& suggestion : suggest(on)) {
      ASSERT_NE(suggestion.lr.has_value(), !suggestion.why.empty());
      ASSERT_TRUE(!suggestion.lr || std::isfinite(*suggestion.lr)) << suggestion.rule;
    }
  }
}

TEST(Suggest, WhatFollowsALossThatIsNotFiniteDoesNotCount) {
  const Curve whole = curve(100, u_shape);
  Curve broken = whole;
  for (std::size_t k = 95; k < 100; ++k) {
    broken.loss[k] = k % 2 == 0 ? kNan : HUGE_VAL;
  }
  EXPECT_EQ(suggest(whole, {"valley"})[0].lr, suggest(broken, {"valley"})[0].lr);
}

TEST(Suggest, TheCutCountsThePlannedIterations) {
  Curve early = curve(50, u_shape);
  early.planned = 200;
  EXPECT_EQ(cut_curve(early, Cut::fastai2).lr.front(), early.lr[20]);
  EXPECT_EQ(cut_curve(early, Cut::fastai2).lr.back(), early.lr[44]);
}

TEST(Suggest, AllRulesInTheOrderOfTheCatalogue) {
  const auto all = suggest(curve(100, u_shape));
  ASSERT_EQ(all.size(), suggestion_rules().size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].rule, suggestion_rules()[i].name);
    EXPECT_FALSE(suggestion_rules()[i].meaning.empty());
    EXPECT_FALSE(suggestion_rules()[i].source.empty());
  }
}

TEST(Suggest, UnknownRulesListTheNearest) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { suggest(curve(100, u_shape), {"vally"}); }),
            "unknown suggestion rule 'vally'; did you mean 'valley'?");
}

TEST(Suggest, NeverARateOfZero) {
  constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
  const Curve on{.lr = {kSmallest, 2 * kSmallest, 3 * kSmallest, 4 * kSmallest, 5 * kSmallest,
                        6 * kSmallest, 7 * kSmallest},
                 .loss = {5.0, 0.0, 9.0, 9.0, 9.0, 9.0, 9.0}};
  const Suggestion suggestion = suggest(on, {"minimum"}).front();
  EXPECT_FALSE(suggestion.lr);
  EXPECT_EQ(suggestion.why, "a tenth of the rate is too small for a number");
}

}  // namespace
}  // namespace onecycle
