#include "onecycle/model/model.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>

#include "model/expect_error.h"

namespace onecycle {
namespace {

struct NetImpl : torch::nn::Module {
  NetImpl() {
    conv1 = register_module("conv1", torch::nn::Linear(4, 3));
    conv2 = register_module("conv2", torch::nn::Linear(3, 3));
    fc = register_module("fc", torch::nn::Linear(3, 2));
  }
  torch::Tensor forward(const torch::Tensor& x) {
    return fc->forward(torch::relu(conv2->forward(torch::relu(conv1->forward(x)))));
  }
  torch::nn::Linear conv1{nullptr}, conv2{nullptr}, fc{nullptr};
};
TORCH_MODULE(Net);

struct Scaled : torch::nn::Module {
  Scaled() {
    scale = register_parameter("scale", torch::ones({1}));
    fc = register_module("fc", torch::nn::Linear(4, 2));
  }
  torch::Tensor forward(torch::Tensor x) { return fc->forward(x * scale); }
  torch::Tensor scale;
  torch::nn::Linear fc{nullptr};
};

// One weight under two names.
struct Tied : torch::nn::Module {
  Tied() {
    first = register_module("first", torch::nn::Linear(4, 4));
    register_parameter("again", first->weight);
  }
  torch::Tensor forward(const torch::Tensor& x) { return first->forward(x).matmul(first->weight); }
  torch::nn::Linear first{nullptr};
};

TEST(WrapModel, CallsTheModuleOfAHolder) {
  Net net;
  const auto model = wrap_model(net, "net");
  const auto x = torch::randn({5, 4});
  EXPECT_EQ(model.name, "net");
  EXPECT_EQ(model.module.get(), net.get());
  EXPECT_TRUE(torch::equal(model.forward(x), net->forward(x)));
}

TEST(WrapModel, TakesASharedPointerAndASequential) {
  const auto x = torch::randn({5, 4});
  EXPECT_EQ(wrap_model(std::make_shared<Scaled>()).forward(x).size(1), 2);
  const torch::nn::Sequential layers(torch::nn::Linear(4, 3), torch::nn::Linear(3, 1));
  EXPECT_EQ(wrap_model(layers).forward(x).size(1), 1);
}

TEST(WrapModel, KeepsTheModuleAlive) {
  Model model = wrap_model(Net());
  Model copy = model;
  model = Model();
  EXPECT_EQ(copy.forward(torch::randn({2, 4})).size(1), 2);
}

TEST(WrapModel, PutsAllParametersIntoOneGroup) {
  const auto model = wrap_model(Net());
  ASSERT_EQ(model.groups.size(), 1U);
  EXPECT_EQ(model.groups[0].name, "all");
  EXPECT_EQ(model.groups[0].parameters.size(), 6U);
}

TEST(SplitByChildren, MakesAGroupOfEachChildInOrder) {
  const auto groups = split_by_children(*Net());
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0], (LayerGroup{"conv1", {"conv1.weight", "conv1.bias"}}));
  EXPECT_EQ(groups[2], (LayerGroup{"fc", {"fc.weight", "fc.bias"}}));
}

TEST(SplitByChildren, NamesParametersOutsideOfChildren) {
  expect_error([] { split_by_children(Scaled()); }, ErrorKind::usage,
               "layer groups: expected every parameter in one group, got none for scale; use "
               "split_by_prefix for parameters outside of child modules");
}

TEST(SplitByPrefix, OrdersGroupsAsListed) {
  const auto groups = split_by_prefix(*Net(), {{"body", {"conv"}}, {"head", {"fc"}}});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0],
            (LayerGroup{"body", {"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"}}));
  EXPECT_EQ(groups[1].name, "head");
}

TEST(SplitByPrefix, LetsTheLongestPrefixDecideAndTheEmptyOneTakeTheRest) {
  const auto groups = split_by_prefix(*Net(), {{"body", {""}}, {"head", {"fc", "conv2.b"}}});
  EXPECT_EQ(groups[0], (LayerGroup{"body", {"conv1.weight", "conv1.bias", "conv2.weight"}}));
  EXPECT_EQ(groups[1], (LayerGroup{"head", {"conv2.bias", "fc.weight", "fc.bias"}}));
}

TEST(SplitByPrefix, NamesOrphans) {
  expect_error(
      [] {
        split_by_prefix(*Net(), {{"body", {"conv"}}});
      },
      ErrorKind::usage,
      "layer groups: expected every parameter in one group, got none for fc.weight, "
      "fc.bias; add a prefix that fits, or \"\" for the rest");
}

TEST(SplitByPrefix, RefusesPrefixesThatFitNothingOrStandTwice) {
  expect_error(
      [] {
        split_by_prefix(*Net(), {{"body", {"conv", "cnov"}}, {"head", {"fc"}}});
      },
      ErrorKind::usage,
      "layer group 'body': expected a prefix of a parameter's name, got "
      "'cnov', which takes none of conv1.weight, ");
  expect_error(
      [] {
        split_by_prefix(*Net(), {{"body", {"conv"}}, {"head", {"fc", "conv"}}});
      },
      ErrorKind::usage, "layer groups: expected each prefix once, got 'conv' twice");
  expect_error(
      [] {
        split_by_prefix(*Net(), {{"a", {"conv"}}, {"a", {"fc"}}});
      },
      ErrorKind::usage, "layer groups: expected distinct names, got 'a' twice; rename one");
}

TEST(GroupParameters, AreTheModulesOwnTensorsInOrder) {
  Net net;
  auto model = wrap_model(net);
  model.groups = split_by_children(*net);
  const auto tensors = group_parameters(model);
  ASSERT_EQ(tensors.size(), 3U);
  EXPECT_TRUE(tensors[1][0].is_same(net->conv2->weight));
}

TEST(GroupParameters, RefuseUnknownRepeatedAndForgottenNames) {
  auto model = wrap_model(Net(), "net");
  model.groups[0].parameters[0] = "conv1.wieght";
  expect_error([&] { check_groups(model); }, ErrorKind::usage,
               "layer group 'all': expected the name of a parameter of net, got 'conv1.wieght'");
  model.groups[0].parameters[0] = "conv1.bias";
  expect_error([&] { check_groups(model); }, ErrorKind::usage,
               "layer groups: expected every parameter in one group, got conv1.bias in 'all' and "
               "'all'; remove it from one");
  model.groups[0].parameters.erase(model.groups[0].parameters.begin());
  expect_error([&] { check_groups(model); }, ErrorKind::usage,
               "got none for conv1.weight; add them to a group");
  model.groups.push_back({"empty", {}});
  expect_error([&] { check_groups(model); }, ErrorKind::usage,
               "layer group 'empty': expected parameters, got none; leave the group out");
}

TEST(GroupParameters, HoldASharedParameterOnce) {
  auto model = wrap_model(std::make_shared<Tied>());
  EXPECT_EQ(model.groups[0].parameters.size(), 2U);
  EXPECT_EQ(group_parameters(model)[0].size(), 2U);
  // Under its other name it is as good.
  std::replace(model.groups[0].parameters.begin(), model.groups[0].parameters.end(),
               std::string("again"), std::string("first.weight"));
  EXPECT_NO_THROW(check_groups(model));
  model.groups.push_back({"more", {"again"}});
  expect_error([&] { check_groups(model); }, ErrorKind::usage, "in 'all' and 'more'");
}

}  // namespace
}  // namespace onecycle
