#include "onecycle/model/lenet.h"

#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>

#include "model/channels_last.h"
#include "model/expect_error.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

TEST(Lenet, AdaptsToTheSizeOfItsImages) {
  for (const auto& [height, width] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{4, 4},
                                                          {5, 7},
                                                          {8, 8},
                                                          {9, 9},
                                                          {28, 28},
                                                          {32, 32},
                                                          {33, 47},
                                                          {64, 64},
                                                          {8, 100},
                                                          {150, 150}}) {
    for (const std::int64_t channels : {1, 3}) {
      const auto model =
          lenet({.channels = channels, .height = height, .width = width, .outputs = 5});
      const auto out = model.forward(torch::randn({2, channels, height, width}));
      EXPECT_EQ(out.sizes(), (std::vector<std::int64_t>{2, 5})) << height << " x " << width;
    }
  }
}

TEST(Lenet, StaysSmallForLargeImages) {
  const auto model = lenet({.channels = 3, .height = 224, .width = 224, .outputs = 10});
  std::int64_t count = 0;
  for (const auto& parameter : model.module->parameters()) {
    count += parameter.numel();
  }
  EXPECT_LT(count, 1'000'000);
}

TEST(Lenet, GroupsAreStemBodyHead) {
  const auto model = lenet({.channels = 1, .height = 64, .width = 64, .outputs = 10});
  ASSERT_EQ(model.groups.size(), 3U);
  EXPECT_EQ(model.groups[0].name, "stem");
  EXPECT_EQ(model.groups[0].parameters.front(), "stem.conv.weight");
  EXPECT_EQ(model.groups[1].name, "body");
  EXPECT_EQ(model.groups[1].parameters.size(), 6U) << "two stages of conv and norm";
  EXPECT_EQ(model.groups[2].name, "head");
  EXPECT_EQ(model.groups[2].parameters.back(), "head.1.bias");
  EXPECT_NO_THROW(check_groups(model));
}

TEST(Lenet, ConvolvesChannelsLastEvenWithOneChannel) {
  for (const std::int64_t channels : {1, 3}) {
    const auto x = channels_last(torch::randn({4, channels, 8, 8}));
    const auto model = lenet({.channels = channels, .height = 8, .width = 8, .outputs = 5});
    const auto weight = model.module->named_parameters()["stem.conv.weight"];
    const auto map = torch::conv2d(x, weight, {}, 1, 1);
    EXPECT_TRUE(map.is_contiguous(torch::MemoryFormat::ChannelsLast)) << channels;
  }
}

TEST(Lenet, GradientsHaveTheLayoutOfTheWeights) {
  const auto model = lenet({.channels = 3, .height = 8, .width = 8, .outputs = 5});
  model.forward(torch::randn({4, 3, 8, 8})).sum().backward();
  for (const auto& parameter : model.module->parameters()) {
    EXPECT_EQ(parameter.strides(), parameter.grad().strides());
  }
}

TEST(Lenet, DoesNotDependOnTheLayoutOfItsInput) {
  const auto model = lenet({.channels = 3, .height = 8, .width = 8, .outputs = 5});
  model.module->eval();
  const auto x = torch::randn({4, 3, 8, 8});
  const auto wide = torch::randn({4, 3, 8, 16});
  const auto strided = wide.slice(3, 0, 16, 2).copy_(x);
  const auto expected = model.forward(x);
  EXPECT_TRUE(
      torch::equal(model.forward(x.contiguous(torch::MemoryFormat::ChannelsLast)), expected));
  EXPECT_TRUE(torch::equal(model.forward(strided), expected));
}

TEST(ChannelsLast, ChangesLayoutNotValues) {
  for (const std::int64_t channels : {1, 2}) {
    const auto x = torch::randn({4, channels, 3, 5});
    EXPECT_TRUE(torch::equal(channels_last(x), x));
  }
  const auto grey = torch::randn({4, 1, 3, 5});
  EXPECT_EQ(channels_last(grey).const_data_ptr(), grey.const_data_ptr()) << "no copy is needed";
  EXPECT_EQ(channels_last(torch::empty({0, 1, 3, 5})).sizes(),
            (std::vector<std::int64_t>{0, 1, 3, 5}));
}

TEST(Lenet, LearnsToTellStripes) {
  torch::manual_seed(1);
  const auto model = lenet({.channels = 1, .height = 8, .width = 8, .outputs = 2});
  const auto stripes = torch::arange(8).remainder(2).to(torch::kFloat32).expand({8, 8});
  const auto x = torch::stack({stripes, stripes.t()}).unsqueeze(1).repeat({16, 1, 1, 1}) +
                 0.3 * torch::randn({32, 1, 8, 8});
  const auto y = torch::arange(2).repeat(16);
  for (int iteration = 0; iteration < 30; ++iteration) {
    model.module->zero_grad();
    torch::nn::functional::cross_entropy(model.forward(x), y).backward();
    const torch::NoGradGuard no_grad;
    for (auto& parameter : model.module->parameters()) {
      parameter -= 0.05 * parameter.grad();
    }
  }
  EXPECT_TRUE(torch::equal(model.forward(x).argmax(1), y));
}

TEST(Lenet, RefusesImagesThatAreTooSmall) {
  expect_error([] { lenet({.channels = 1, .height = 8, .width = 3, .outputs = 2}); },
               ErrorKind::usage,
               "lenet: expected images of at least 4 x 4 pixels, got 8 x 3; use mlp or larger "
               "images");
  expect_error([] { lenet({.channels = 0}); }, ErrorKind::usage,
               "lenet: expected channels of at least 1, got 0");
}

TEST(Lenet, RefusesImagesOfAnotherShape) {
  const auto model = lenet({.channels = 1, .height = 8, .width = 8, .outputs = 5});
  expect_error(
      [&] {
        model.forward(torch::zeros({2, 3, 8, 8}));
      },
      ErrorKind::usage,
      "lenet: expected a batch of 1 x 8 x 8 images, got a tensor of 2 x 3 x 8 x 8; make "
      "the model for this data");
  expect_error(
      [&] {
        model.forward(torch::zeros({2, 64}));
      },
      ErrorKind::usage, "got a tensor of 2 x 64");
}

}  // namespace
}  // namespace onecycle
