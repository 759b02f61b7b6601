#include "onecycle/model/resnet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/expect_error.h"
#include "onecycle/model/weights.h"

namespace onecycle {
namespace {

std::int64_t count_parameters(const Model& model) {
  std::int64_t count = 0;
  for (const auto& parameter : model.module->parameters()) {
    count += parameter.numel();
  }
  return count;
}

TEST(ResNet, HasAsManyParametersAsTorchvisions) {
  EXPECT_EQ(count_parameters(resnet({.depth = 18})), 11'689'512);
  EXPECT_EQ(count_parameters(resnet({.depth = 34})), 21'797'672);
  EXPECT_EQ(count_parameters(resnet({.depth = 50})), 25'557'032);
}

TEST(ResNet, HasAsManyParametersAsThePapersOfSmallOnes) {
  EXPECT_EQ(count_parameters(cifar_resnet({.depth = 20})), 269'722);
  EXPECT_EQ(count_parameters(cifar_resnet({.depth = 32})), 464'154);
  EXPECT_EQ(count_parameters(cifar_resnet({.depth = 44})), 658'586);
  EXPECT_EQ(count_parameters(cifar_resnet({.depth = 56})), 853'018);
  EXPECT_EQ(count_parameters(cifar_resnet({.depth = 110})), 1'727'962);
  EXPECT_EQ(count_parameters(wide_resnet({.depth = 16, .width = 8})), 10'961'370);
  EXPECT_EQ(count_parameters(wide_resnet({.depth = 28, .width = 10})), 36'479'194);
  EXPECT_EQ(count_parameters(resnet9({})), 6'573'120);
}

TEST(ResNet, HasTorchvisionsNames) {
  const auto tensors = named_tensors(*resnet({.depth = 50}).module);
  EXPECT_EQ(tensors.size(), 320U);
  for (const char* name :
       {"conv1.weight", "bn1.running_mean", "layer1.0.conv3.weight", "layer1.0.downsample.0.weight",
        "layer1.0.downsample.1.num_batches_tracked", "layer4.2.bn3.bias", "fc.weight", "fc.bias"}) {
    EXPECT_TRUE(std::any_of(tensors.begin(), tensors.end(), [&](const auto& item) {
      return item.first == name;
    })) << name;
  }
}

TEST(ResNet, SplitsAsFastaiDoes) {
  const auto groups = resnet({.depth = 18, .outputs = 2}).groups;
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].parameters.front(), "conv1.weight");
  EXPECT_EQ(groups[0].parameters.back(), "layer2.1.bn2.bias");
  EXPECT_EQ(groups[1].parameters.front(), "layer3.0.conv1.weight");
  EXPECT_EQ(groups[2], (LayerGroup{.name = "head", .parameters = {"fc.weight", "fc.bias"}}));
}

TEST(ResNet, StartsWithTheVarianceOfHe) {
  torch::manual_seed(1);
  const auto model = resnet({.depth = 18, .outputs = 2});
  const auto weights = model.module->named_parameters()["layer4.1.conv2.weight"];
  EXPECT_NEAR(weights.std().item<double>(), std::sqrt(2.0 / (512 * 9)), 1e-4);
  EXPECT_TRUE(weights.is_contiguous(torch::MemoryFormat::ChannelsLast));
}

// The last norm of a block scales its branch: at zero the block passes on what is positive.
TEST(ResNet, BlocksStartAsTheIdentityWithZeroGamma) {
  for (const auto& model : {resnet({.depth = 18, .outputs = 2, .zero_gamma = true}),
                            resnet({.depth = 50, .outputs = 2, .zero_gamma = true}),
                            cifar_resnet({.depth = 20, .zero_gamma = true})}) {
    int zeros = 0;
    for (const auto& item : model.module->named_parameters()) {
      const bool zero = item.value().abs().max().item<double>() == 0.0;
      zeros += zero && item.key().ends_with(".weight") ? 1 : 0;
    }
    EXPECT_EQ(zeros, model.name == "resnet18" ? 8 : model.name == "resnet50" ? 16 : 9);
  }
}

TEST(ResNet, TakesImagesOfAnySize) {
  for (const auto& model :
       {resnet({.depth = 18, .channels = 1, .outputs = 3}), cifar_resnet({.channels = 1}),
        resnet({.depth = 50, .channels = 1, .outputs = 3, .stem = Stem::small}),
        resnet9({.channels = 1}), wide_resnet({.depth = 10, .width = 1, .channels = 1})}) {
    SCOPED_TRACE(model.name);
    const auto outputs = model.config.at("outputs") == "3" ? 3 : 10;
    for (const auto& size : {std::vector<std::int64_t>{2, 1, 9, 33}, {2, 1, 70, 40}}) {
      EXPECT_EQ(model.forward(torch::randn(size)).sizes(), (std::vector<std::int64_t>{2, outputs}));
    }
    expect_error(
        [&] {
          model.forward(torch::randn({2, 3, 9, 9}));
        },
        ErrorKind::usage,
        cat(model.name,
            ": expected a batch of images with 1 channel, got a tensor of "
            "2 x 3 x 9 x 9; make the model for this data"));
  }
  expect_error(
      [] {
        resnet9({}).forward(torch::randn({2, 3, 7, 9}));
      },
      ErrorKind::usage, "resnet9: expected images of at least 8 x 8 pixels, got 7 x 9");
}

TEST(ResNet, EveryParameterIsTrained) {
  for (const auto& model :
       {resnet({.depth = 18, .outputs = 3}), resnet({.depth = 50, .outputs = 3}),
        cifar_resnet({.head = Head::fastai}), resnet9({}), resnet9({.head = Head::fastai}),
        wide_resnet({.depth = 10, .width = 2, .dropout = 0.3})}) {
    SCOPED_TRACE(model.name);
    model.forward(torch::randn({4, 3, 32, 32})).square().sum().backward();
    for (const auto& item : model.module->named_parameters()) {
      ASSERT_TRUE(item.value().grad().defined()) << item.key();
      EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0.0) << item.key();
    }
  }
}

TEST(ResNet, DropsOutInTrainingOnly) {
  torch::manual_seed(3);
  const auto x = torch::randn({4, 3, 16, 16});
  for (const auto& model : {wide_resnet({.depth = 10, .width = 1, .dropout = 0.5}),
                            cifar_resnet({.head = Head::fastai})}) {
    EXPECT_FALSE(torch::equal(model.forward(x), model.forward(x)));
    model.module->eval();
    EXPECT_TRUE(torch::equal(model.forward(x), model.forward(x)));
  }
}

// Option A: what the shortcut passes on, seen through blocks whose branches are zero.
TEST(CifarResNet, ShortcutsTakeEveryOtherPixelAndAddZeros) {
  auto model = cifar_resnet({.depth = 8, .channels = 1, .outputs = 64, .zero_gamma = true});
  model.module->eval();
  const torch::NoGradGuard no_grad;
  for (auto& item : model.module->named_parameters()) {
    if (item.key() == "conv1.weight") {
      item.value().zero_();
      item.value().select(2, 1).select(2, 1).fill_(1.0);  // the pixel itself, in 16 features
    } else if (item.key() == "fc.weight") {
      torch::eye_out(item.value(), 64);
    } else if (item.key() == "fc.bias") {
      item.value().zero_();
    }
  }
  auto image = torch::zeros({1, 1, 8, 8});
  image.slice(2, 0, std::nullopt, 4).slice(3, 0, std::nullopt, 4).fill_(1.0);
  auto expected = torch::zeros({1, 64});
  expected.slice(1, 24, 40).fill_(1.0);
  EXPECT_TRUE(torch::allclose(model.forward(image), expected, 1e-4, 1e-4));
}

TEST(ResNet, RefusesOtherDepthsAndSizes) {
  expect_error([] { resnet({.depth = 20}); }, ErrorKind::usage,
               "resnet: expected a depth of 18, 34 or 50, got 20");
  expect_error([] { cifar_resnet({.depth = 21}); }, ErrorKind::usage,
               "cifar resnet: expected a depth of 6n + 2 such as 20, 32, 44, 56 or 110, got 21");
  expect_error([] { wide_resnet({.depth = 17}); }, ErrorKind::usage,
               "wrn: expected a depth of 6n + 4 such as 16, 22, 28 or 40, got 17");
  expect_error([] { wide_resnet({.width = 0}); }, ErrorKind::usage,
               "wrn: expected a width of 1 to 100, got 0");
  expect_error([] { wide_resnet({.dropout = 1.0}); }, ErrorKind::usage,
               "wrn: dropout: expected a number in [0, 1), got 1");
  expect_error([] { resnet9({.outputs = 0}); }, ErrorKind::usage,
               "resnet9: expected outputs of at least 1, got 0");
}

}  // namespace
}  // namespace onecycle
