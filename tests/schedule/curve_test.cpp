#include "onecycle/schedule/curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "onecycle/core/error.h"
#include "onecycle/schedule/combined_curve.h"

namespace onecycle {
namespace {

constexpr std::array kShapes{Shape::constant,    Shape::linear,     Shape::cosine,
                             Shape::exponential, Shape::polynomial, Shape::polynomial_down};

TEST(Curve, MeetsBothEndsToTheLastDigit) {
  for (const Shape shape : kShapes) {
    EXPECT_EQ(interpolate(shape, 0.1, 0.7, 0.0, 2.5), 0.1);
    EXPECT_EQ(interpolate(shape, 0.1, 0.7, 1.0, 2.5), shape == Shape::constant ? 0.1 : 0.7);
  }
}

TEST(Curve, NeverLeavesItsEnds) {
  for (const Shape shape : kShapes) {
    for (double q = -2.0; q <= 3.0; q += 0.01) {
      const double value = interpolate(shape, 0.1, 0.7, q, 3.0);
      EXPECT_GE(value, 0.1) << q;
      EXPECT_LE(value, 0.7) << q;
    }
  }
}

TEST(Curve, IsMonotone) {
  for (const Shape shape : kShapes) {
    double last = interpolate(shape, 1.0, 1e-5, 0.0, 2.0);
    for (int i = 1; i <= 1000; ++i) {
      const double value = interpolate(shape, 1.0, 1e-5, i / 1000.0, 2.0);
      EXPECT_LE(value, last);
      last = value;
    }
  }
}

TEST(Curve, HoldsItsStartWhereThePositionIsNotANumber) {
  EXPECT_EQ(interpolate(Shape::cosine, 0.1, 0.7, std::numeric_limits<double>::quiet_NaN()), 0.1);
}

TEST(Curve, PolynomialsMirrorEachOther) {
  for (double q = 0.0; q <= 1.0; q += 0.05) {
    EXPECT_NEAR(interpolate(Shape::polynomial, 0.2, 0.9, q, 2.0),
                interpolate(Shape::polynomial_down, 0.9, 0.2, 1.0 - q, 2.0), 1e-15);
  }
}

TEST(CombinedCurve, GivesAnInnerEdgeToTheLaterPhase) {
  const CombinedCurve steps(
      {{.share = 0.5, .start = 1.0, .end = 2.0}, {.share = 0.5, .start = 5.0, .end = 6.0}});
  EXPECT_EQ(steps.at(0.5), 5.0);
  EXPECT_EQ(steps.at(0.0), 1.0);
  EXPECT_EQ(steps.at(1.0), 6.0);
}

TEST(CombinedCurve, PassesOverPhasesWithoutLength) {
  const CombinedCurve curve({{.share = 0.0, .start = 9.0, .end = 8.0},
                             {.share = 1.0, .start = 1.0, .end = 0.0},
                             {.share = 0.0, .start = 7.0, .end = 7.5}});
  EXPECT_EQ(curve.at(0.0), 1.0);
  EXPECT_EQ(curve.at(0.5), 0.5);
  EXPECT_EQ(curve.at(1.0), 7.5);  // the last phase, as fastai has it
}

TEST(CombinedCurve, RefusesSharesThatDoNotAddUpToOne) {
  try {
    CombinedCurve({{.share = 0.7}, {.share = 0.2}});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(error.what(),
                 "combined curve: expected shares that add up to 1, got 0.8999999999999999");
  }
}

TEST(CombinedCurve, CombinedCosineIsTwoPhases) {
  const CombinedCurve phases({{.share = 0.25, .shape = Shape::cosine, .start = 0.04, .end = 1.0},
                              {.share = 0.75, .shape = Shape::cosine, .start = 1.0, .end = 1e-5}});
  for (int i = 0; i <= 100; ++i) {
    EXPECT_EQ(combined_cosine(0.25, 0.04, 1.0, 1e-5, i / 100.0), phases.at(i / 100.0)) << i;
  }
}

}  // namespace
}  // namespace onecycle
