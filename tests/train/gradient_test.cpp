// Accumulation, clipping and precision: what becomes of a gradient before the optimizer gets it.

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <cmath>

#include "onecycle/model/weights.h"
#include "onecycle/train/clip.h"
#include "onecycle/train/precision.h"
#include "support/message.h"
#include "train/toy.h"

namespace onecycle {
namespace {

/// Float64, without batch norm and dropout.
Learner plain_learner(std::int64_t batch_size, LearnerOptions options) {
  Model model = toy::model(/*plain=*/true);
  model.module->to(torch::kDouble);
  Loader loader(toy::data(90, torch::kDouble), {.batch_size = batch_size, .seed = 5});
  return Learner(std::move(model), std::move(loader), std::nullopt, std::move(options));
}

void expect_same_weights(Learner& a, Learner& b) {
  const auto of_b = named_tensors(*b.model().module);
  std::size_t i = 0;
  for (const auto& [name, tensor] : named_tensors(*a.model().module)) {
    EXPECT_TRUE(torch::allclose(tensor, of_b[i++].second, 1e-12, 1e-14)) << name;
  }
}

TEST(Accumulation, SeveralBatchesAreOneLargeBatch) {
  // 90 examples: 18 batches of 5 in windows of 4, of which the last has two; or batches of 20, of
  // which the last has 10.
  for (const ClipOptions& clip : {ClipOptions{}, ClipOptions{.norm = 0.3, .value = 0.1}}) {
    Learner small = plain_learner(5, {.accumulate = 4, .clip = clip});
    Learner large = plain_learner(20, {.clip = clip});
    small.fit_one_cycle(3, 0.1);
    large.fit_one_cycle(3, 0.1);
    EXPECT_EQ(small.iterations(), large.iterations());
    EXPECT_EQ(small.run().iterations.back().batches, 2);
    EXPECT_EQ(small.run().iterations.back().examples, 10);
    expect_same_weights(small, large);
  }
}

TEST(Clip, TheNormIsThatOfPyTorch) {
  const std::vector<torch::Tensor> gradients{torch::tensor({3.0, 0.0}), torch::tensor({{4.0}})};
  const torch::Tensor norm = clip_gradients(gradients, {.norm = 1.0});
  EXPECT_NEAR(norm.item<double>(), 5.0, 1e-6);
  EXPECT_NEAR(gradients[0][0].item<double>(), 3.0 / (5.0 + 1e-6), 1e-6);
  EXPECT_NEAR(gradients[1][0][0].item<double>(), 4.0 / (5.0 + 1e-6), 1e-6);
}

TEST(Clip, AShortGradientStaysAsItIs) {
  const std::vector<torch::Tensor> gradients{torch::tensor({0.3, -0.4})};
  clip_gradients(gradients, {.norm = 1.0, .value = 0.5});
  EXPECT_TRUE(torch::equal(gradients[0], torch::tensor({0.3, -0.4})));
  clip_gradients(gradients, {.value = 0.35});
  EXPECT_TRUE(torch::equal(gradients[0], torch::tensor({0.3, -0.35})));
}

TEST(Clip, TheNormBeforeItIsRecorded) {
  Learner clipped = plain_learner(30, {.clip = {.norm = 0.01}});
  clipped.fit({.lr = 0.1});
  EXPECT_GT(clipped.run().iterations.front().grad_norm.value(), 0.01);
  Learner free = plain_learner(30, {});
  free.fit({.lr = 0.1});
  EXPECT_FALSE(free.run().iterations.front().grad_norm.has_value());
}

TEST(Clip, LimitsOutOfRangeAreRefused) {
  for (const double bad : {0.0, -1.0, std::nan("")}) {
    EXPECT_NE(message_of(ErrorKind::usage, [&] { plain_learner(30, {.clip = {.norm = bad}}); })
                  .find("clip norm: expected a finite number > 0"),
              std::string::npos);
  }
}

class PrecisionTest : public testing::TestWithParam<Precision> {};

TEST_P(PrecisionTest, StateStaysFloat32AndTrainingWorks) {
  Learner learner(toy::model(), toy::train_loader(), toy::valid_loader(),
                  {.metrics = {accuracy()}, .optimizer = AdamW{}, .precision = GetParam()});
  learner.fit_one_cycle(10, 0.02);
  const TrainState state = save_state([&](StateArchive& archive) { learner.state(archive); });
  for (const auto& [name, tensor] : state.tensors) {
    EXPECT_TRUE(!tensor.is_floating_point() || tensor.scalar_type() == torch::kFloat) << name;
  }
  EXPECT_GT(learner.validate().metrics[0], 0.7);
}

INSTANTIATE_TEST_SUITE_P(All, PrecisionTest,
                         testing::Values(Precision::float32, Precision::bfloat16,
                                         Precision::float16),
                         [](const auto& each) { return std::string(name_of(each.param)); });

TEST(Precision, TheForwardPassComputesInTheTypeAskedFor) {
  torch::nn::Linear layer(4, 4);
  const torch::Tensor input = torch::ones({2, 4});
  {
    const Autocast autocast(Precision::bfloat16, torch::kCPU);
    EXPECT_EQ(layer->forward(input).scalar_type(), torch::kBFloat16);
  }
  EXPECT_EQ(layer->forward(input).scalar_type(), torch::kFloat) << "ends with its scope";
}

TEST(Precision, AnUpdateThatOverflowsIsNotMadeAndDoesNotCount) {
  std::int64_t batches = 0;
  const Loss loss = [&](const torch::Tensor& output, const torch::Tensor& target) {
    // Twice: too much for float16 once it is scaled by 65536.
    const double blow = batches++ < 2 ? 1e35 : 1.0;
    return cross_entropy()(output, target) * blow;
  };
  Learner learner(toy::model(), toy::train_loader(30), std::nullopt,
                  {.loss = loss, .precision = Precision::float16});
  const FitResult result = learner.fit({.epochs = 2, .lr = 0.01});
  EXPECT_EQ(result.overflows, 2);
  EXPECT_EQ(result.iterations, 4) << "six batches, two of them without an update";
  EXPECT_EQ(learner.run().iterations.front().iteration, 0);
}

TEST(Precision, GradientsThatAlwaysOverflowEndTheFit) {
  const Loss loss = [](const torch::Tensor& output, const torch::Tensor& target) {
    return cross_entropy()(output, target) * INFINITY;
  };
  Learner learner(toy::model(), toy::train_loader(30), std::nullopt,
                  {.loss = loss, .precision = Precision::float16});
  const FitResult result = learner.fit({.epochs = 100, .lr = 0.01});
  EXPECT_EQ(result.end, FitResult::End::diverged);
  EXPECT_NE(result.why.find("overflow in float16"), std::string::npos);
}

TEST(Precision, UnknownNamesAreRefused) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)parse_precision("bf32", "--precision"); }),
            "--precision: expected float32, bf16 or fp16, got 'bf32'");
}

}  // namespace
}  // namespace onecycle
