// The notation for schedules: what is read, what is written, what is refused, and where.
#include <gtest/gtest.h>

#include <ostream>

#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/group_schedules.h"
#include "support/message.h"

namespace onecycle {
namespace {

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
    testing::Values(
        Notation{"constant", "constant(factor=1)"},
        Notation{"  tanh ( ) ", "tanh(end=0, lb=-7, ub=3)"},
        Notation{"linear(end=0.5)for 5%then constant",
                 "linear(start=1, end=0.5) for 5% then constant(factor=1)"},
        Notation{"warmup(5%) then constant",
                 "warmup(start=0, shape=linear) for 5% then constant(factor=1)"},
        Notation{"warmup(20, start=0.1) over constant",
                 "warmup(start=0.1, shape=linear) for 20 over constant(factor=1)"},
        Notation{"constant(50%)", "constant(factor=1) for 50%"},
        Notation{"constant for 100 then constant * linear(start=.5)",
                 "constant(factor=1) for 100 then constant(factor=1) * linear(start=0.5, end=0)"},
        Notation{"(constant for 3 then linear) * constant",
                 "(constant(factor=1) for 3 then linear(start=1, end=0)) * constant(factor=1)"},
        Notation{"constant(3) * constant & constant",
                 "(constant(factor=1) for 3) * constant(factor=1) & constant(factor=1)"},
        Notation{"(constant & constant) * constant",
                 "(constant(factor=1) & constant(factor=1)) * constant(factor=1)"},
        Notation{"constant with momentum=(constant then constant) with x=constant",
                 "constant(factor=1) with momentum=(constant(factor=1) then constant(factor=1)) "
                 "with x=constant(factor=1)"},
        Notation{"(constant(2) over constant) for 9 then constant",
                 "(constant(factor=1) for 2 over constant(factor=1)) for 9 then "
                 "constant(factor=1)"},
        Notation{"multi_step(milestones=[30%,  60 ], gamma=0.2)",
                 "multi_step(milestones=[30%, 60], gamma=0.2)"},
        Notation{"multi_step(milestones=[])", "multi_step(milestones=[], gamma=0.1)"},
        Notation{"piecewise(points=[0:1, 50%:0.5])",
                 "piecewise(points=[0:1, 50%:0.5], shape=linear)"}));

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

constexpr const char* kLengths =
    "expected a share above 0% and up to 100%, or a whole number of iterations >= 1, got ";

INSTANTIATE_TEST_SUITE_P(
    Notations, RefuseSchedule,
    testing::Values(
        Refusal{"", "1: expected the name of a policy, got the end of the text"},
        Refusal{"onecyle", "1: unknown policy 'onecyle'; did you mean 'one_cycle'?"},
        Refusal{"constant then onecyle", "15: unknown policy 'onecyle'; did you mean 'one_cycle'?"},
        Refusal{"linear(start=0.1", "17: expected ')', got the end of the text"},
        Refusal{"linear(start=)", "14: expected a value, got ')'"},
        Refusal{"cosine!",
                "7: expected 'then', 'over', '*', '&', 'for', 'with' or the end, got '!'"},
        Refusal{"cosine(ned=0)",
                "8: cosine: expected one of its options, got 'ned'; did you mean 'end'?"},
        Refusal{"cosine(start=1, end=x)", "17: cosine: end: expected a number >= 0, got 'x'"},
        Refusal{"linear(end=inf)", "8: linear: end: expected a number >= 0, got inf"},
        Refusal{"one_cycle(div=2, pct_start=3)",
                "18: one_cycle: pct_start: expected a number in [0, 1], got 3"},
        Refusal{"constant(5%) for 3",
                "14: expected one length: in parentheses or after 'for', got 'for 3'"},
        Refusal{"multi_step(milestones=[3", "25: expected ']', got the end of the text"},
        Refusal{"multi_step(milestones=3)",
                "12: multi_step: milestones: expected a list in brackets, each iterations, or a "
                "share such as 10%, got '3'"},
        Refusal{"piecewise(points=[9:1, 3:1])",
                "11: piecewise: points: expected them in order, got 3:1 after 9:1"},
        Refusal{"cosine with lr=cosine",
                "13: with: expected the name of a hyper-parameter beside the rate, such as "
                "momentum or weight_decay, got 'lr'"}));

TEST(RefuseSchedule, WantsLengthsThatAreSome) {
  for (const char* length : {"0%", "101%", "-5%", "0", "2.5", "never", "1e99", "nan%", "1e-322%"}) {
    const std::string text = cat("linear for ", length);
    EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)parse_schedule(text); }),
              cat("schedule '", text, "', column 12: ", kLengths, "'", length, "'"));
  }
}

TEST(RefuseSchedule, BoundsNesting) {
  EXPECT_THAT(message_of(ErrorKind::usage, [] { (void)parse_schedule(std::string(100'000, '(')); }),
              testing::HasSubstr("expected at most 64 nested parentheses"));
}

TEST(GroupSchedules, AreReadFromTheInputSideToTheHead) {
  const GroupSchedules schedules = parse_group_schedules("constant | cosine");
  EXPECT_EQ(schedules.of(0).at(5, 10).lr, 1.0);
  EXPECT_EQ(schedules.of(1).at(5, 10).lr, 0.5);
  EXPECT_EQ(schedules.text(), "constant(factor=1) | cosine(start=1, end=0, power=1)");
  schedules.check(2, 10);
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { schedules.check(3, 10); }),
            "schedules: expected 3 (one a group), or one for all, got 2");
}

TEST(GroupSchedules, OneServesAllAndIsAskedOnce) {
  const GroupSchedules one = parse_group_schedules("cosine");
  int groups = 0;
  one.for_each(3, 5, 10, [&](std::size_t g, const Values& values) {
    EXPECT_EQ(values.lr, 0.5) << g;
    ++groups;
  });
  EXPECT_EQ(groups, 3);
}

}  // namespace
}  // namespace onecycle
