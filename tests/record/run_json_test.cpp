#include "record/run_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "support/message.h"

namespace onecycle {
namespace {

/// A description whose settings and number of batches are as given.
std::string description(const std::string& settings, const std::string& batches) {
  return R"({"name": "x", "groups": [], "metrics": [], "settings": )" + settings +
         R"(, "environment": [], "end": "", "weights": [], "predictions": null, "find": {"suggestions": [], "stopped": "", "batches": )" +
         batches + R"(, "epochs": 0}})";
}

std::string refusal(const std::string& text) {
  return message_of(ErrorKind::data, [&] { (void)run_from_json(text, "run.json"); });
}

TEST(RunJson, RefusesCountsThatAreNoInt64) {
  EXPECT_EQ(run_from_json(description("[]", "9223372036854775807"), "run.json").find->batches,
            9223372036854775807);
  for (const std::string batches : {"1e+300", "9223372036854775808", "1.5", "true", "\"1\""}) {
    EXPECT_EQ(refusal(description("[]", batches)),
              "run.json: batches: expected a whole number, got " + batches);
  }
}

TEST(RunJson, KeepsWhatTheWeightsAreWorth) {
  const onecycle::Run run{.metrics = {"accuracy", "auc"},
                          .weights = {{.name = "last", .what = "after the last update"},
                                      {.name = "ema",
                                       .what = "average",
                                       .valid_loss = 0.1,
                                       .metrics = {0.9, std::nan("")},
                                       .chosen = true}}};
  const auto weights = run_from_json(run_to_json(run), "run.json").weights;
  ASSERT_EQ(weights.size(), 2U);
  EXPECT_EQ(weights[0].what, "after the last update");
  EXPECT_FALSE(weights[0].valid_loss);
  EXPECT_FALSE(weights[0].chosen);
  EXPECT_EQ(weights[1].name, "ema");
  EXPECT_EQ(weights[1].valid_loss, 0.1);
  ASSERT_EQ(weights[1].metrics.size(), 2U);
  EXPECT_EQ(weights[1].metrics[0], 0.9);
  EXPECT_TRUE(std::isnan(weights[1].metrics[1]));
  EXPECT_TRUE(weights[1].chosen);
}

TEST(RunJson, DeepNestingIsRefusedNotFollowed) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_THAT(refusal(description(deep, "1")),
              testing::StartsWith("run.json: expected the description of a run: "));
  EXPECT_EQ(refusal(description("[]", deep)),
            "run.json: batches: expected a whole number, got array");
}

TEST(RunJson, ManyKeysTakeTimeInProportion) {
  // Comparing each key with all before it would take longer than a test may.
  std::string keys = R"({"name": "x", "value": "y")";
  for (int i = 0; i < 500'000; ++i) {
    keys += cat(",\"", i, "\":0");
  }
  EXPECT_EQ(run_from_json(description("[" + keys + "}]", "1"), "run.json").settings.size(), 1U);
}

}  // namespace
}  // namespace onecycle
