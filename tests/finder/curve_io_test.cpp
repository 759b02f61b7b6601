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

TEST(CurveIo, ReadsTheHistoriesOfOtherProgramsAsTheyAre) {
  const std::vector<double> rates = {1e-7, 2e-7, 4e-7, 8e-7, 1.6e-6, 3.2e-6};
  for (const char* const header :
       {"lr,loss", "lrs,losses", "learning_rate,train_loss", "LR,Loss", "Learning_Rate,Losses"}) {
    const Curve plain = read(cat(header, "\n1e-7,6\n2e-7,5\n4e-7,4\n8e-7,3\n1.6e-6,2\n3.2e-6,1\n"));
    EXPECT_EQ(plain.lr, rates) << header;
    EXPECT_EQ(plain.loss, (std::vector{6.0, 5.0, 4.0, 3.0, 2.0, 1.0})) << header;
    // pandas puts a column without a name in front.
    const Curve indexed = read(
        cat(",", header, "\n0,1e-7,6\n1,2e-7,5\n2,4e-7,4\n3,8e-7,3\n4,1.6e-6,2\n5,3.2e-6,1\n"));
    EXPECT_EQ(indexed.lr, plain.lr) << header;
    EXPECT_EQ(indexed.loss, plain.loss) << header;
  }
}

TEST(CurveIo, ReadsLossesAsPandasAndPyTorchWriteThem) {
  const Curve curve = read(
      "lrs,losses\n1,tensor(2.3026)\n2,TensorBase(2.2)\n3,\"tensor(-1e-3, "
      "device='cuda:0')\"\n4,tensor(nan)\n5,\n6,\" 2 \"\n");
  EXPECT_EQ(curve.loss[0], 2.3026);
  EXPECT_EQ(curve.loss[1], 2.2);
  EXPECT_EQ(curve.loss[2], -1e-3);
  EXPECT_TRUE(std::isnan(curve.loss[3]));
  EXPECT_TRUE(std::isnan(curve.loss[4]));
  EXPECT_EQ(curve.loss[5], 2.0);
  EXPECT_EQ(refusal("lr,loss\n1,1\n2,tensor\n3,1\n4,1\n5,1\n6,1\n"),
            "curve.csv:3:2: loss: expected a number, got 'tensor'");
  EXPECT_EQ(refusal("lr,loss\n1,1\n2,tensor([2., 3.])\n3,1\n4,1\n5,1\n6,1\n"),
            "curve.csv:3: expected 2 fields, got 3; give every row one value for each column");
  EXPECT_EQ(refusal("lr,loss\n1,1\n,1\n3,1\n4,1\n5,1\n6,1\n"),
            "curve.csv:3:1: lr: expected a number, got ''");
}

TEST(CurveIo, ColumnsThatAreNamedWin) {
  const std::string_view text =
      "lr,rate,loss,smoothed,mine\n1,10,1,2,3\n2,20,1,2,3\n3,30,1,2,3\n4,40,1,2,3\n5,50,1,2,3\n"
      "6,60,1,2,3\n";
  EXPECT_EQ(read(text, {.lr = "rate", .loss = "mine"}).loss, std::vector(6, 3.0));
  EXPECT_EQ(read(text, {.lr = "rate", .loss = "mine"}).lr.back(), 60.0);
  const std::string message =
      message_of(ErrorKind::data, [&] { read(text, {.lr = "", .loss = "smoothd"}); });
  EXPECT_EQ(message, "curve.csv: expected a column 'smoothd', got none; did you mean 'smoothed'?");
}

TEST(CurveIo, ListsTheColumnsIfNoneOrSeveralCouldBeMeant) {
  EXPECT_EQ(refusal(",lr,los\n0,1,1\n"),
            "curve.csv: expected one column of losses (loss, losses, train_loss, training_loss), "
            "got none; the columns are (without a name), lr, los; name the one to read with "
            "--loss COLUMN");
  EXPECT_EQ(refusal("lr,learning_rate,loss\n1,1,1\n"),
            "curve.csv: expected one column of rates (lr, lrs, learning_rate, learning_rates), got "
            "several; the columns are lr, learning_rate, loss; name the one to read with --lr "
            "COLUMN");
}

TEST(CurveIo, KeepsTheRawLossesOnlyWhereTheTableTellsThemFromTheSmoothed) {
  const std::string_view ours = "lr,loss,smoothed\n1,9,1\n2,9,2\n3,9,3\n4,9,4\n5,9,5\n6,9,6\n";
  EXPECT_EQ(record_of(parse_csv(ours, "find.csv")).loss, std::vector(6, 9.0));
  EXPECT_TRUE(record_of(parse_csv(ours, "find.csv"), {.loss = "loss"}).loss.empty());
  EXPECT_TRUE(record_of(parse_csv("lr,loss\n1,1\n2,1\n3,1\n4,1\n5,1\n6,1\n", "c")).loss.empty());
}

TEST(CurveIo, OnlyTheFirstRateMayBeZero) {
  EXPECT_EQ(read("lr,loss\n0,1\n1,1\n2,1\n3,1\n4,1\n5,1\n").lr.front(), 0.0);
}

}  // namespace
}  // namespace onecycle
