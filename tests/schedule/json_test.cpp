#include "onecycle/schedule/json.h"

#include <gtest/gtest.h>

#include <ostream>

#include "onecycle/schedule/catalogue.h"
#include "support/message.h"

namespace onecycle {
namespace {

TEST(ScheduleJson, SaysWhatPeopleExpect) {
  EXPECT_EQ(schedule_to_json(parse_schedule("warmup(5%) then multi_step(milestones=[30%, 60])")),
            R"({"sequence":[{"policy":"warmup","for":"5%","start":0.0,"shape":"linear"},)"
            R"({"policy":"multi_step","milestones":["30%",60.0],"gamma":0.1}]})");
}

TEST(ScheduleJson, KeepsEveryComposition) {
  for (const char* text :
       {"warmup(5%) over cosine", "linear(10) then cosine(20) then constant", "step * cosine",
        "step & cosine", "cosine with momentum=linear with wd=constant", "cosine(50%)",
        "(step(10) then cosine) * (constant(5) over linear)",
        "piecewise(points=[0:0.5, 10%:1, 100%:0.25], shape=step)"}) {
    const Schedule schedule = parse_schedule(text);
    EXPECT_EQ(schedule_from_json(schedule_to_json(schedule), "test").text(), schedule.text());
  }
}

TEST(ScheduleJson, TakesTheNotationForAPart) {
  EXPECT_EQ(schedule_from_json(R"~({"product": ["cosine", "linear(end=0.5)"]})~", "test").text(),
            parse_schedule("cosine * linear(end=0.5)").text());
}

struct Refusal {
  const char* json;
  const char* message;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.json; }

class RefuseScheduleJson : public testing::TestWithParam<Refusal> {};

TEST_P(RefuseScheduleJson, SaysWhere) {
  EXPECT_THAT(
      message_of(ErrorKind::usage, [] { (void)schedule_from_json(GetParam().json, "file.json"); }),
      testing::StartsWith(cat("file.json, ", GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefuseScheduleJson,
    testing::Values(
        Refusal{"{", "byte 2: expected JSON; "},
        Refusal{R"({"chain": [{"sequence": [{"policy": "warmup", "for": "0%"}]}]})",
                "/chain/0: sequence: expected lengths above 0, got 0%"},
        Refusal{R"({"sequence": [{"policy": "onecyle"}]})",
                "/sequence/0: unknown policy 'onecyle'; did you mean 'one_cycle'?"},
        Refusal{R"({"sequence": [{"policy": "cosine", "end": -1}]})",
                "/sequence/0/end: cosine: end: expected a number >= 0, got -1"},
        Refusal{R"({"sequence": []})", "/sequence: expected a list of schedules, got array of 0"},
        Refusal{R"({"over": ["cosine"]})", "/over: expected two schedules, got array of 1"},
        Refusal{R"({"product": ["cosine"], "fro": 3})", "/fro: expected only product, for, got 3"},
        Refusal{R"({"policy": "cosine", "for": "long"})",
                "/for: expected iterations, or a share such as \"5%\", got \"long\""},
        Refusal{R"({"policy": "cosine", "end": {}})", "/end: expected a value, got object of 0"},
        Refusal{R"({"chain": [{"with": "momentum", "schedule": "cosine"}]})",
                "/chain/0: expected a member 'value', got object of 2"}));

TEST(RefuseScheduleJson, NumbersThatAreTooLarge) {
  EXPECT_THAT(
      message_of(ErrorKind::usage,
                 [] { (void)schedule_from_json(R"({"policy": "linear", "end": 1e400})", "f"); }),
      testing::StartsWith("f: expected JSON; "));
}

TEST(RefuseScheduleJson, BoundsNesting) {
  std::string deep = R"("cosine")";
  for (int i = 0; i < 10'000; ++i) {
    deep.insert(0, R"({"product": [)").append("]}");
  }
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { (void)schedule_from_json(deep, "file.json"); }),
            "file.json: expected at most 64 nested schedules");
}

}  // namespace
}  // namespace onecycle
