#include "onecycle/schedule/schedule.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "onecycle/schedule/catalogue.h"
#include "support/message.h"

namespace onecycle {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(Schedule, RefusesFactorsThatOverflow) {
  const auto refusal = [](std::string_view text, std::int64_t iteration) {
    return message_of(ErrorKind::usage, [&] { (void)parse_schedule(text).at(iteration, 2); });
  };
  const std::string infinite = "schedule: expected a finite factor >= 0, got inf at iteration ";
  const std::string advice = " of 2; use options nearer to 1";
  EXPECT_EQ(refusal("linear(start=1e300) * linear(start=1e300)", 0), cat(infinite, 0, advice));
  EXPECT_EQ(refusal("one_cycle(div=1e-310)", 0), cat(infinite, 0, advice));
  EXPECT_EQ(refusal("linear(start=0) * one_cycle(div=1e-310)", 0), cat(infinite, 0, advice));
  EXPECT_EQ(refusal("exponential(start=1e-308, end=1e308)", 1), cat(infinite, 1, advice));
}

TEST(Schedule, ServesTheLongestRun) {
  // Three thirds, each with its own share of what is left over by the division.
  const Schedule thirds = parse_schedule("linear then cosine then constant");
  EXPECT_NEAR(thirds.at(kMost / 6, kMost).lr, 0.5, 1e-9);
  EXPECT_NEAR(thirds.at(kMost / 2, kMost).lr, 0.5, 1e-9);
  EXPECT_EQ(thirds.at(kMost, kMost).lr, 1.0);
  EXPECT_EQ(parse_schedule("linear for 100%").at(kMost, kMost).lr, 0.0);
}

TEST(Schedule, CountsThatTogetherOverflowAreCutOff) {
  const std::string longest = " for 1000000000000000 then ";  // the longest that is read
  const Schedule schedule =
      parse_schedule("constant" + longest + "linear(start=0)" + longest + "linear(start=0)");
  for (const std::int64_t total : {1, 1000}) {
    EXPECT_EQ(schedule.at(0, total).lr, 1.0);
    EXPECT_EQ(schedule.at(total - 1, total).lr, 1.0);
  }
  std::string many = "constant";
  for (int i = 0; i < 20'000; ++i) {
    many += longest + "constant";
  }
  EXPECT_EQ(parse_schedule(many).at(kMost, kMost).lr, 1.0);
  EXPECT_TRUE(parse_schedule(many).cycle_ends(kMost).empty());
}

TEST(Schedule, TextIsNestedNoDeeperThanWhatWasRead) {
  const std::string policy = "constant(factor=1)";
  std::string text = policy + " * " + policy + " then " + policy;
  for (int i = 0; i < 64; ++i) {
    text = "(" + text + ") * " + policy + " then " + policy;
  }
  EXPECT_EQ(parse_schedule(text).text(), text);
}

}  // namespace
}  // namespace onecycle
