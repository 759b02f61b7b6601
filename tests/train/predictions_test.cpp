#include "onecycle/train/predictions.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "onecycle/train/compare_weights.h"
#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// Logits whose softmax is these probabilities.
torch::Tensor logits(const std::vector<double>& probabilities, std::int64_t classes) {
  return torch::tensor(probabilities, torch::kDouble).reshape({-1, classes}).log();
}

TEST(ClassifyMistakes, CountsAndSortsByTheProbabilityOfTheTarget) {
  const torch::Tensor outputs = logits({0.7, 0.2, 0.1,    // 0: right
                                        0.5, 0.4, 0.1,    // 1, taken for 0
                                        0.05, 0.9, 0.05,  // 2, taken for 1
                                        0.1, 0.2, 0.7},   // 2: right
                                       3);
  const auto record =
      classify_mistakes(outputs, torch::tensor({0, 1, 2, 2}, torch::kLong), {"a", "b", "c"});
  EXPECT_EQ(record.confusion, (std::vector<std::int64_t>{1, 0, 0, 1, 0, 0, 0, 1, 1}));
  EXPECT_EQ(record.count(1, 0), 1);
  ASSERT_EQ(record.worst.size(), 2U);
  EXPECT_EQ(record.worst[0].example, 2);
  EXPECT_EQ(record.worst[0].target, 2);
  EXPECT_EQ(record.worst[0].predicted, 1);
  EXPECT_NEAR(record.worst[0].probability, 0.9, 1e-12);
  EXPECT_NEAR(record.worst[0].target_probability, 0.05, 1e-12);
  EXPECT_EQ(record.worst[1].example, 1);
  EXPECT_EQ(
      classify_mistakes(outputs, torch::tensor({0, 1, 2, 2}, torch::kLong), {"a", "b", "c"}, 1)
          .worst.size(),
      1U);
}

TEST(ClassifyMistakes, RefusesOtherShapes) {
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] {
                         (void)classify_mistakes(torch::zeros({4, 2}),
                                                 torch::zeros({4}, torch::kLong), {"a", "b", "c"});
                       }),
            "mistakes: expected outputs [n, 3] and targets [n], got 2 and 1 dimensions of 4 and 4 "
            "examples");
}

TEST(PictureOf, StretchesGreyToBlackAndWhite) {
  const Picture picture = picture_of(torch::tensor({-1.0, 0.0, 1.0, 3.0}).reshape({1, 2, 2}));
  EXPECT_EQ(picture.width, 2);
  EXPECT_EQ(picture.height, 2);
  EXPECT_EQ(picture.rgb,
            (std::vector<std::uint8_t>{0, 0, 0, 64, 64, 64, 128, 128, 128, 255, 255, 255}));
}

TEST(PictureOf, KeepsColoursAndMakesLargeImagesSmall) {
  torch::Tensor image = torch::zeros({4, 100, 200});
  image[1].fill_(1.0);
  const Picture picture = picture_of(image);
  EXPECT_EQ(picture.width, 50);
  EXPECT_EQ(picture.height, 25);
  EXPECT_EQ(picture.rgb[0], 0);
  EXPECT_EQ(picture.rgb[1], 255);
  EXPECT_EQ(picture.rgb[2], 0);
  EXPECT_EQ(picture_of(torch::zeros({1, 3, 3})).rgb, std::vector<std::uint8_t>(27, 0));
}

TEST(OutputsOf, AreThoseOfTheWeightsAndChangeNothing) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader());
  const auto last = compare_weights(learner, {}).front();
  const torch::Tensor before = outputs_of(learner, last);
  (void)learner.fit({.epochs = 2, .lr = 0.1});
  const std::string state = toy::state_hash(learner);
  EXPECT_TRUE(outputs_of(learner, last).equal(before));
  EXPECT_FALSE(outputs_of(learner, compare_weights(learner, {}).front()).equal(before));
  EXPECT_EQ(toy::state_hash(learner), state);
}

}  // namespace
}  // namespace onecycle
