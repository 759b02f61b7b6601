#include "onecycle/model/weights.h"

#include <gtest/gtest.h>

#include "model/expect_error.h"
#include "onecycle/model/lenet.h"
#include "onecycle/model/mlp.h"

namespace onecycle {
namespace {

NamedTensors copies(const torch::nn::Module& module) {
  auto tensors = named_tensors(module);
  for (auto& [name, tensor] : tensors) {
    tensor = tensor.detach().clone();
  }
  return tensors;
}

bool same_bits(const NamedTensors& a, const NamedTensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && torch::equal(x.second, y.second);
  });
}

TEST(NamedTensors, AreParametersThenBuffers) {
  const auto tensors = named_tensors(*lenet({.channels = 1, .height = 8, .width = 8}).module);
  EXPECT_EQ(tensors.front().first, "stem.conv.weight");
  EXPECT_EQ(tensors.back().first, "body.0.norm.num_batches_tracked");
}

TEST(LoadWeights, CopiesParametersAndBuffers) {
  const LenetOptions options{.channels = 3, .height = 8, .width = 8, .outputs = 4};
  const auto from = lenet(options);
  const auto to = lenet(options);
  from.forward(torch::randn({4, 3, 8, 8}));  // moves the running statistics
  const auto kept = to.module->parameters().front();
  load_weights(*to.module, named_tensors(*from.module));
  EXPECT_TRUE(same_bits(named_tensors(*to.module), named_tensors(*from.module)));
  EXPECT_TRUE(kept.is_same(to.module->parameters().front())) << "optimizers hold these tensors";
  EXPECT_TRUE(kept.is_contiguous(torch::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(kept.requires_grad());
}

TEST(LoadWeights, ConvertsFloatingPointTypes) {
  const auto model = mlp({.inputs = 3, .outputs = 2});
  auto tensors = copies(*model.module);
  tensors[0].second = tensors[0].second.to(torch::kFloat64);
  load_weights(*model.module, tensors);
  EXPECT_EQ(model.module->parameters()[0].scalar_type(), torch::kFloat32);
}

TEST(LoadWeights, ListsEverythingThatIsWrongAndChangesNothing) {
  const auto model = mlp({.inputs = 3, .outputs = 2, .hidden = {4}});
  const auto before = copies(*model.module);
  auto tensors = copies(*model.module);
  for (auto& [name, tensor] : tensors) {
    tensor.add_(1);
  }
  tensors[0].first = "body.0.wieght";
  tensors[2].second = torch::zeros({5, 4});
  tensors[3].second = torch::zeros({2}, torch::kInt64);
  expect_error([&] { load_weights(*model.module, tensors, "w.safetensors"); },
               ErrorKind::checkpoint,
               "w.safetensors: expected the weights of this model, got missing (1): body.0.weight; "
               "unexpected (1): body.0.wieght; different (2): head.weight is Float [5,4], not "
               "Float [2,4], head.bias is Long [2], not Float [2]; load them into the model that "
               "they were saved from");
  EXPECT_TRUE(same_bits(named_tensors(*model.module), before));
}

TEST(LoadWeights, ShortensLongLists) {
  const auto model = mlp({.inputs = 3, .outputs = 2, .hidden = {4, 4, 4, 4}});
  expect_error([&] { load_weights(*model.module, {}); }, ErrorKind::checkpoint,
               "missing (10): body.0.weight, body.0.bias, body.1.weight, body.1.bias, "
               "body.2.weight, body.2.bias, body.3.weight, body.3.bias, and 2 more;");
}

}  // namespace
}  // namespace onecycle
