#include "onecycle/model/mlp.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include "model/expect_error.h"

namespace onecycle {
namespace {

std::vector<std::string> group_names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& group : model.groups) {
    names.push_back(group.name);
  }
  return names;
}

TEST(Mlp, GroupsRunFromTheInputSideToTheHead) {
  const auto model = mlp({.inputs = 8, .outputs = 3, .hidden = {6, 5}});
  EXPECT_EQ(group_names(model), (std::vector<std::string>{"body.0", "body.1", "head"}));
  EXPECT_EQ(model.groups[1].parameters, (std::vector<std::string>{"body.1.weight", "body.1.bias"}));
  EXPECT_NO_THROW(check_groups(model));
}

TEST(Mlp, KeepsElevenHiddenLayersApart) {
  const auto model = mlp({.inputs = 2, .outputs = 2, .hidden = std::vector<std::int64_t>(11, 2)});
  ASSERT_EQ(model.groups.size(), 12U);
  EXPECT_EQ(model.groups[1].parameters.size(), 2U);
  EXPECT_EQ(model.groups[10].parameters[0], "body.10.weight");
}

TEST(Mlp, IsLinearLayersWithReluBetween) {
  const auto model = mlp({.inputs = 4, .outputs = 2, .hidden = {3}});
  const auto p = model.module->named_parameters();
  const auto x = torch::randn({7, 4});
  const auto hidden = torch::relu(torch::linear(x, p["body.0.weight"], p["body.0.bias"]));
  const auto expected = torch::linear(hidden, p["head.weight"], p["head.bias"]);
  EXPECT_TRUE(torch::allclose(model.forward(x), expected, 1e-6, 1e-6));
}

TEST(Mlp, HasTheGradientOfLinearLayersWithReluBetween) {
  const auto model = mlp({.inputs = 4, .outputs = 2, .hidden = {3}});
  const auto p = model.module->named_parameters();
  const auto x = torch::randn({7, 4});
  model.forward(x).pow(2).sum().backward();
  const auto actual = p["body.0.weight"].grad().clone();
  model.module->zero_grad();
  const auto hidden = torch::relu(torch::linear(x, p["body.0.weight"], p["body.0.bias"]));
  torch::linear(hidden, p["head.weight"], p["head.bias"]).pow(2).sum().backward();
  EXPECT_TRUE(torch::allclose(actual, p["body.0.weight"].grad(), 1e-5, 1e-6));
}

TEST(Mlp, WithoutHiddenLayersIsLinear) {
  const auto model = mlp({.inputs = 4, .outputs = 2, .hidden = {}});
  EXPECT_EQ(group_names(model), std::vector<std::string>{"head"});
  EXPECT_EQ(model.module->parameters().size(), 2U);
  const auto x = torch::randn({3, 4});
  const auto p = model.module->named_parameters();
  EXPECT_TRUE(torch::allclose(model.forward(2 * x) - p["head.bias"],
                              2 * (model.forward(x) - p["head.bias"]), 1e-5, 1e-6));
}

TEST(Mlp, FlattensImagesAndTakesEmptyBatches) {
  const auto model = mlp({.inputs = 12, .outputs = 2});
  const auto images = torch::randn({5, 3, 2, 2});
  EXPECT_TRUE(torch::equal(model.forward(images), model.forward(images.reshape({5, 12}))));
  EXPECT_EQ(model.forward(torch::empty({0, 12})).sizes(), (std::vector<std::int64_t>{0, 2}));
}

TEST(Mlp, LeavesItsInputAsItWas) {
  const auto model = mlp({.inputs = 4, .outputs = 2});
  const auto x = torch::randn({3, 4});
  const auto before = x.clone();
  model.forward(x).sum().backward();
  EXPECT_TRUE(torch::equal(x, before));
}

TEST(Mlp, DrawsTheSameWeightsFromTheSameSeedAsTorchsOwnLayers) {
  torch::manual_seed(3);
  const auto model = mlp({.inputs = 4, .outputs = 2, .hidden = {3}});
  torch::manual_seed(3);
  const torch::nn::Linear first(4, 3);
  const torch::nn::Linear second(3, 2);
  const auto p = model.module->named_parameters();
  EXPECT_TRUE(torch::equal(p["body.0.weight"], first->weight));
  EXPECT_TRUE(torch::equal(p["head.bias"], second->bias));
}

TEST(Mlp, RefusesSizesUnderOne) {
  expect_error([] { mlp({.inputs = 0, .outputs = 2}); }, ErrorKind::usage,
               "mlp: expected inputs of at least 1, got 0; give a positive size");
  expect_error([] { mlp({.inputs = 4, .outputs = -1}); }, ErrorKind::usage, "expected outputs");
  expect_error(
      [] {
        mlp({.inputs = 4, .outputs = 2, .hidden = {3, 0}});
      },
      ErrorKind::usage, "mlp: expected hidden layers of at least 1, got 0");
}

TEST(Mlp, RefusesExamplesOfAnotherSize) {
  const auto model = mlp({.inputs = 64, .outputs = 2});
  expect_error(
      [&] {
        model.forward(torch::zeros({5, 1, 28, 28}));
      },
      ErrorKind::usage,
      "mlp: expected examples of 64 values, got 784; make the model for this data");
}

}  // namespace
}  // namespace onecycle
