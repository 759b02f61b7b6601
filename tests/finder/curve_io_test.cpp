#include "onecycle/finder/curve_io.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/message.h"

namespace onecycle {
namespace {

Curve read(std::string_view text, const CurveColumns& columns = {}) {
  return curve_of(parse_csv(text, "curve.csv"), columns);
}

std::string refusal(std::string_view text) {
  return message_of(ErrorKind::data, [&] { read(text); });
}

TEST(CurveIo, ReadsColumnsInAnyOrderAndIgnoresOthers) {
  const Curve curve =
      read("note,loss,lr\na,3,1e-3\nb,2,2e-3\nc,1,4e-3\nd,nan,8e-3\ne,inf,1e-2\nf,5,2e-2\n");
  EXPECT_EQ(curve.lr, (std::vector{1e-3, 2e-3, 4e-3, 8e-3, 1e-2, 2e-2}));
  EXPECT_EQ(curve.loss[1], 2.0);
  EXPECT_TRUE(std::isnan(curve.loss[3]));
  EXPECT_EQ(curve.planned, 0);
}

TEST(CurveIo, PrefersTheSmoothedLoss) {
  const std::string_view text = "lr,loss,smoothed\n1,9,1\n2,9,2\n3,9,3\n4,9,4\n5,9,5\n6,9,6\n";
  EXPECT_EQ(read(text).loss, (std::vector{1.0, 2.0, 3.0, 4.0, 5.0, 6.0}));
  EXPECT_EQ(read(text, {.loss = "loss"}).loss, std::vector(6, 9.0));
}

TEST(CurveIo, KnowsTheIterationsThatASweepWouldHaveHad) {
  EXPECT_EQ(read("lr,loss,planned\n1,1,90\n2,1,90\n3,1,90\n4,1,90\n5,1,90\n6,1,90\n").planned, 90);
}

TEST(CurveIo, FewerThanSixPointsAreOneClearLine) {
  EXPECT_EQ(refusal("lr,loss\n1,1\n2,1\n3,1\n4,1\n5,1\n"),
            "curve.csv: expected a curve of at least 6 points, got 5; sweep over more rates");
}

TEST(CurveIo, NamesTheLineAndColumnOfWhatIsNoNumber) {
  EXPECT_EQ(refusal("lr,loss\n1,1\n2,1\n3,high\n4,1\n5,1\n6,1\n"),
            "curve.csv:4:2: loss: expected a number, got 'high'");
  EXPECT_EQ(refusal("lr,loss,planned\n1,1,nan\n2,1,9\n3,1,9\n4,1,9\n5,1,9\n6,1,9\n"),
            "curve.csv:2:3: planned: expected a count of iterations, got nan");
  EXPECT_EQ(refusal("lr,loss\n1,1\n2,1\n0,1\n4,1\n5,1\n6,1\n"),
            "curve.csv:4:1: lr: expected a finite rate > 0, got 0");
}

TEST(CurveIo, NamesTheColumnThatIsMissing) {
  EXPECT_EQ(refusal("lr,los\n1,1\n"),
            "curve.csv: expected a column 'loss', got none; did you mean 'los'?");
}

}  // namespace
}  // namespace onecycle
