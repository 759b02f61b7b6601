#include "onecycle/report/schedule_words.h"

#include <gtest/gtest.h>

#include "onecycle/schedule/catalogue.h"

namespace onecycle {
namespace {

std::string told(const char* text, std::int64_t total = 100, double peak = 0.1) {
  return describe(parse_schedule(text), peak, total);
}

TEST(ScheduleWords, TellRatesAndMomentum) {
  EXPECT_EQ(
      told("one_cycle", 1000),
      "The rate rises from 0.004 to 0.1 over iterations 0-250, falls to 1e-06 over iterations "
      "250-1000. Momentum falls from 0.95 to 0.85 over iterations 0-250, rises to 0.95 over "
      "iterations 250-1000. A cycle ends after 1000 updates.");
}

TEST(ScheduleWords, TellLeapsFromSlopes) {
  EXPECT_EQ(
      told("step(size=50)"),
      "The rate stays at 0.1 over iterations 0-49, leaps to 0.01 at iteration 50, stays there "
      "over iterations 50-99, leaps to 0.001 at iteration 100.");
  EXPECT_EQ(told("sgdr(cycles=2, cycle_mult=1)"),
            "The rate falls from 0.1 to 9.87e-05 over iterations 0-49, leaps to 0.1 at iteration "
            "50, falls to 0 over iterations 50-100. 2 cycles end, after 50, 100 updates.");
}

TEST(ScheduleWords, ShortenLongStories) {
  const std::string text = told("cyclical(cycles=20, cycle_momentum=false)", 1000);
  EXPECT_NE(text.find(", and so on, 33 times; at last it rises to 0.1"), std::string::npos) << text;
  EXPECT_LT(text.size(), 600U);
}

TEST(ScheduleWords, TellWhatDoesNotMove) {
  EXPECT_EQ(told("constant"), "The rate stays at 0.1 over iterations 0-100.");
}

TEST(ScheduleWords, TellTheFactorOfWeightDecay) {
  EXPECT_EQ(told("constant with weight_decay=linear(end=0.5)"),
            "The rate stays at 0.1 over iterations 0-100. The factor of weight decay falls from 1 "
            "to 0.5 over iterations 0-100.");
}

}  // namespace
}  // namespace onecycle
