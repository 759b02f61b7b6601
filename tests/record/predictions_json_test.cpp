#include "record/predictions_json.h"

#include <gtest/gtest.h>

#include "support/message.h"

namespace onecycle {
namespace {

PredictionsRecord example() {
  return {.weights = "best",
          .classes = {"a", "b"},
          .confusion = {3, 1, 0, 2},
          .worst = {{.example = 7,
                     .target = 0,
                     .predicted = 1,
                     .probability = 0.9,
                     .target_probability = 0.1,
                     .picture = Picture{.width = 1, .height = 2, .rgb = {0, 1, 2, 253, 254, 255}}},
                    {.example = 9, .target = 1, .predicted = 0, .probability = 0.5}}};
}

std::string refusal(const char* key, const Json& value) {
  Json json = Json::parse(to_json(example()).dump());
  json.at(Json::json_pointer(key)) = value;
  return message_of(ErrorKind::data, [&] { (void)predictions_of(json, "run.json"); });
}

TEST(PredictionsJson, ComesBack) {
  const PredictionsRecord back = predictions_of(Json::parse(to_json(example()).dump()), "run.json");
  EXPECT_EQ(back.weights, "best");
  EXPECT_EQ(back.classes, example().classes);
  EXPECT_EQ(back.confusion, example().confusion);
  ASSERT_EQ(back.worst.size(), 2U);
  EXPECT_EQ(back.worst[0].example, 7);
  EXPECT_EQ(back.worst[0].predicted, 1);
  EXPECT_EQ(back.worst[0].probability, 0.9);
  EXPECT_EQ(back.worst[0].target_probability, 0.1);
  ASSERT_TRUE(back.worst[0].picture);
  EXPECT_EQ(back.worst[0].picture->height, 2);
  EXPECT_EQ(back.worst[0].picture->rgb, example().worst[0].picture->rgb);
  EXPECT_FALSE(back.worst[1].picture);
}

TEST(PredictionsJson, SaysWhatDoesNotFit) {
  EXPECT_EQ(refusal("/confusion", Json::array({1, 2})),
            "run.json: confusion: expected 4 counts, got 2");
  EXPECT_EQ(refusal("/confusion/0", -1), "run.json: confusion: expected a whole number, got -1");
  EXPECT_EQ(refusal("/worst/0/target", 2), "run.json: class: expected one of 0 .. 1, got 2");
  EXPECT_EQ(refusal("/worst/0/picture/width", 3),
            "run.json: picture: expected base64 of 3 bytes for each of 3 x 2 pixels, got 6 bytes");
  EXPECT_EQ(refusal("/worst/0/picture/rgb", "!"),
            "run.json: picture: expected base64 of 3 bytes for each of 1 x 2 pixels, got 0 bytes");
}

}  // namespace
}  // namespace onecycle
