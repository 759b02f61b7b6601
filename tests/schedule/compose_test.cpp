#include "onecycle/schedule/compose.h"

#include <gtest/gtest.h>

#include <ostream>

#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "support/message.h"

namespace onecycle {
namespace {

Schedule warm_up_then_cosine() {
  return sequence({{Linear{.start = 0.1, .end = 1.0}, Span::iterations(10)}, {Cosine{}}});
}

TEST(Sequence, GivesEachPartItsOwnRun) {
  const Schedule schedule = warm_up_then_cosine();
  for (std::int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(schedule.at(i, 100).lr, Schedule(Linear{.start = 0.1, .end = 1.0}).at(i, 10).lr);
  }
  for (std::int64_t i = 10; i <= 100; ++i) {
    EXPECT_EQ(schedule.at(i, 100).lr, Schedule(Cosine{}).at(i - 10, 90).lr) << i;
  }
}

TEST(Sequence, SharesCoverTheRunWithoutGaps) {
  for (const std::int64_t total : {1, 2, 3, 7, 10, 99, 1000}) {
    const Schedule thirds = sequence({{Linear{.start = 0.1, .end = 0.1}, Span::share(1.0 / 3)},
                                      {Linear{.start = 0.2, .end = 0.2}, Span::share(1.0 / 3)},
                                      {Linear{.start = 0.3, .end = 0.3}, Span::share(1.0 / 3)}});
    int changes = 0;
    for (std::int64_t i = 1; i < total; ++i) {
      changes += thirds.at(i, total).lr != thirds.at(i - 1, total).lr ? 1 : 0;
      EXPECT_GE(thirds.at(i, total).lr, thirds.at(i - 1, total).lr);
    }
    EXPECT_EQ(changes, total >= 3 ? 2 : static_cast<int>(total) - 1) << total;
  }
}

TEST(Sequence, HoldsTheLastPartWhereItIsShorterThanTheRun) {
  const Schedule schedule = sequence({{Linear{.start = 1.0, .end = 0.5}, Span::iterations(4)}});
  EXPECT_EQ(schedule.at(4, 10).lr, 0.5);
  EXPECT_EQ(schedule.at(9, 10).lr, 0.5);
}

TEST(Sequence, CutsOffWhatDoesNotFit) {
  const Schedule schedule = warm_up_then_cosine();
  EXPECT_DOUBLE_EQ(schedule.at(3, 4).lr, 0.1 + 0.3 * 0.9);
}

TEST(Sequence, RefusesMoreThanTheWhole) {
  EXPECT_EQ(message_of(
                ErrorKind::usage,
                [] {
                  (void)sequence({{Constant{}, Span::share(0.75)}, {Constant{}, Span::share(0.5)}});
                }),
            "sequence: expected shares that add up to at most 100 %, got 125 %");
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)sequence({}); }),
            "sequence: expected at least one part, got none");
}

TEST(Product, MultipliesRatesAndTakesTheLastMomentum) {
  const Schedule schedule = product({Linear{.start = 0.5, .end = 0.5}, Cosine{}});
  EXPECT_EQ(schedule.at(3, 10).lr, 0.5 * Schedule(Cosine{}).at(3, 10).lr);
  EXPECT_FALSE(schedule.at(3, 10).momentum);
  EXPECT_EQ(product({OneCycle{}, Constant{}}).at(0, 10).momentum, 0.95);
}

struct Notation {
  const char* text;
  const char* full;
};

void PrintTo(const Notation& notation, std::ostream* out) { *out << notation.text; }

class ParseSchedule : public testing::TestWithParam<Notation> {};

TEST_P(ParseSchedule, ReadsAndWritesTheSame) {
  EXPECT_EQ(parse_schedule(GetParam().text).text(), GetParam().full);
  EXPECT_EQ(parse_schedule(GetParam().full).text(), GetParam().full);
}

INSTANTIATE_TEST_SUITE_P(
    Notations, ParseSchedule,
    testing::Values(Notation{"constant", "constant"},
                    Notation{"  cosine ( ) ", "cosine(start=1, end=0)"},
                    Notation{"linear(end=0.5)for 5%then constant",
                             "linear(start=1, end=0.5) for 5% then constant"},
                    Notation{"constant for 100 then constant * linear(start=.5)",
                             "constant for 100 then constant * linear(start=0.5, end=0)"},
                    Notation{"(constant for 3 then cosine) * constant",
                             "(constant for 3 then cosine(start=1, end=0)) * constant"}));

struct Refusal {
  const char* text;
  const char* message;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.text; }

class RefuseSchedule : public testing::TestWithParam<Refusal> {};

TEST_P(RefuseSchedule, NamesTheColumn) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)parse_schedule(GetParam().text); }),
            cat("schedule '", GetParam().text, "', column ", GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Notations, RefuseSchedule,
    testing::Values(
        Refusal{"", "1: expected the name of a policy, got the end of the text"},
        Refusal{"onecyle", "1: unknown policy 'onecyle'; did you mean 'one_cycle'?"},
        Refusal{"constant then onecyle", "15: unknown policy 'onecyle'; did you mean 'one_cycle'?"},
        Refusal{"linear(start=0.1", "17: expected ')', got the end of the text"},
        Refusal{"linear(start=)", "14: expected a value, got ')'"},
        Refusal{"linear for 0%", "12: expected a share above 0% and up to 100%, got '0%'"},
        Refusal{"linear for 1e-322%",
                "12: expected a share above 0% and up to 100%, got '1e-322%'"},
        Refusal{"linear(end=inf)", "1: linear: end: expected a number >= 0, got inf"},
        Refusal{"linear for never",
                "12: expected a share such as 5% or a number of iterations >= 1, got 'never'"},
        Refusal{"cosine!", "7: expected 'then', '*', 'for' or the end, got '!'"},
        Refusal{"cosine(ned=0)",
                "1: cosine: expected one of its options, got 'ned'; did you mean 'end'?"},
        Refusal{"cosine(end=x)", "1: cosine: end: expected a number >= 0, got 'x'"}));

TEST(RefuseSchedule, BoundsNesting) {
  EXPECT_THAT(message_of(ErrorKind::usage, [] { (void)parse_schedule(std::string(100'000, '(')); }),
              testing::HasSubstr("expected at most 64 nested parentheses"));
}

}  // namespace
}  // namespace onecycle
