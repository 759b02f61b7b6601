#include "onecycle/schedule/rates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/message.h"

namespace onecycle {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

TEST(Rates, SpreadOverGroupsAsAsked) {
  EXPECT_THAT(Rates(0.1).for_groups(3), ElementsAre(0.1, 0.1, 0.1));
  EXPECT_THAT(Rates::range(1e-4, 1e-2).for_groups(3),
              ElementsAre(DoubleEq(1e-4), DoubleEq(1e-3), DoubleEq(1e-2)));
  EXPECT_THAT(Rates::tenth(0.5).for_groups(3), ElementsAre(0.05, 0.05, 0.5));
  EXPECT_THAT(Rates::list({3.0, 1.0}).for_groups(2), ElementsAre(3.0, 1.0));
  EXPECT_THAT(Rates::multiplied(0.5, {0.1, 1.0}).for_groups(2), ElementsAre(0.05, 0.5));
}

// fastai v1 divides by zero here.
TEST(Rates, ASingleGroupGetsTheHighRate) {
  EXPECT_THAT(Rates::range(1e-4, 1e-2).for_groups(1), ElementsAre(1e-2));
  EXPECT_THAT(Rates::tenth(1e-2).for_groups(1), ElementsAre(1e-2));
}

TEST(Rates, AreReadFromText) {
  EXPECT_EQ(Rates::parse("0.1", "--max-lr").text(), "0.1");
  EXPECT_EQ(Rates::parse(" 1e-4 : 1e-2 ", "--max-lr").text(), "1e-04:0.01");
  EXPECT_EQ(Rates::parse(":0.01", "--max-lr").text(), ":0.01");
  EXPECT_EQ(Rates::parse("0.1,0.2", "--max-lr").text(), "0.1,0.2");
  EXPECT_EQ(Rates::parse("0.5*0.5,1", "--max-lr").text(), "0.25,0.5");
  EXPECT_EQ(Rates::parse("1e-4:1e-2", "--max-lr").highest(), 1e-2);
}

TEST(Rates, RefuseWhatIsNoRate) {
  for (const char* text :
       {"0", "nan", "inf", "-1", "", "fast", "1:", "1,2,", "0:1", "1:2:3", "2*", "*2", "1*2*3"}) {
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)Rates::parse(text, "--max-lr"); }),
              cat("--max-lr: expected a rate X > 0, LO:HI, :HI (earlier groups a tenth), a list "
                  "A,B,C or multipliers X*A,B,C, got '",
                  text, "'"));
  }
}

TEST(Rates, RefuseLowAboveHigh) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)Rates::parse("1:0.1", "--max-lr"); }),
            "--max-lr: expected LO <= HI (LO for the input side, HI for the head), got '1:0.1'; "
            "swap them");
}

TEST(Rates, RefuseAListOfAnotherLength) {
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] {
                         (void)Rates::list({1.0, 2.0}).for_groups(3);
                       }),
            "learning rates: expected 3 (one a group), got 2");
}

}  // namespace
}  // namespace onecycle
