#include "onecycle/model/pretrained.h"

#include <gtest/gtest.h>

#include "model/expect_error.h"
#include "onecycle/model/resnet.h"

namespace onecycle {
namespace {

Model small_net(std::int64_t outputs, Head head = Head::plain) {
  return cifar_resnet({.depth = 8, .outputs = outputs, .head = head});
}

NamedTensors values_of(const Model& model, const std::string& prefix = "") {
  NamedTensors tensors;
  for (const auto& [name, tensor] : named_tensors(*model.module)) {
    tensors.emplace_back(prefix + name, tensor.detach().clone());
  }
  return tensors;
}

/// How many tensors of `model` have the values that `tensors` have under the same names.
std::size_t count_equal(const Model& model, const NamedTensors& tensors) {
  std::size_t count = 0;
  for (const auto& [name, tensor] : named_tensors(*model.module)) {
    for (const auto& [other, value] : tensors) {
      const bool floating = value.is_floating_point();  // batch counts are all 0
      count += name == other && floating && value.sizes() == tensor.sizes() &&
                       torch::equal(value, tensor)
                   ? 1
                   : 0;
    }
  }
  return count;
}

TEST(LoadPretrained, TakesAllThatFits) {
  const auto from = small_net(10);
  from.forward(torch::randn({4, 3, 8, 8}));  // moves the running statistics
  auto to = small_net(10);
  const auto report = load_pretrained(to, values_of(from));
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.text(), "loaded 44 of 44 tensors");
  const auto x = torch::randn({2, 3, 8, 8});
  from.module->eval();
  to.module->eval();
  EXPECT_TRUE(torch::equal(to.forward(x), from.forward(x)));
}

TEST(LoadPretrained, TakesOffWhatWrappersPutBeforeTheNames) {
  const auto from = small_net(10);
  for (const std::string prefix :
       {"module.", "model.", "backbone.", "model.module.", "state_dict.module.", "_orig_mod."}) {
    SCOPED_TRACE(prefix);
    auto to = small_net(10);
    const auto report = load_pretrained(to, values_of(from, prefix));
    EXPECT_EQ(report.prefix, prefix);
    EXPECT_EQ(report.text(),
              cat("loaded 44 of 44 tensors; left out '", prefix, "' before the names"));
    EXPECT_EQ(count_equal(to, values_of(from)), 37U);
  }
}

TEST(LoadPretrained, IgnoresWhatACheckpointHoldsBesideTheWeights) {
  auto tensors = values_of(small_net(10), "state_dict.");
  tensors.emplace_back("optimizer.state.0.momentum_buffer", torch::zeros({3}));
  auto to = small_net(10);
  const auto report = load_pretrained(to, tensors);
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.ignored, std::vector<std::string>{"optimizer.state.0.momentum_buffer"});
}

TEST(LoadPretrained, IgnoresTheStatisticsThatARunWritesBesideItsWeights) {
  const auto from = small_net(10);
  auto tensors = values_of(from);
  tensors.emplace_back("standardize.inputs.mean", torch::zeros({3, 1, 1}));
  auto to = small_net(10);
  const auto report = load_pretrained(to, tensors);
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.ignored, (std::vector<std::string>{"standardize.inputs.mean"}));
}

TEST(LoadPretrained, LeavesAHeadOfOtherClassesNew) {
  const auto from = small_net(1000);
  auto to = small_net(10);
  auto fresh = values_of(to);
  const auto report = load_pretrained(to, values_of(from));
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.head, (std::vector<std::string>{"fc.weight", "fc.bias"}));
  EXPECT_EQ(report.text(),
            "loaded 42 of 44 tensors; the head starts anew (2): fc.weight, fc.bias, as fc.weight "
            "is Float [1000,64], not Float [10,64]");
  EXPECT_EQ(count_equal(to, values_of(from)), 35U);
  std::erase_if(fresh, [](const auto& item) { return !item.first.starts_with("fc."); });
  EXPECT_EQ(count_equal(to, fresh), 2U);
  expect_error([&] { load_pretrained(to, values_of(from), {.replace_head = false}); },
               ErrorKind::checkpoint,
               "weights: expected the weights of resnet8, got different (2): fc.weight is Float "
               "[1000,64], not Float [10,64], fc.bias is Float [1000], not Float [10]; choose the "
               "model that they belong to, or allow a partial load (--allow-partial)");
}

TEST(LoadPretrained, ReplacesAHeadOfTheSameShapeWhereItIsToldTo) {
  const auto from = small_net(10);
  auto to = small_net(10);
  const auto own = values_of(to);
  const auto report =
      load_pretrained(to, values_of(from), {.new_head_because = "the classes are others"});
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.head_reason, "the classes are others");
  const auto parameters = to.module->named_parameters();
  for (const auto& [name, value] : own) {
    if (name == "fc.weight") {
      EXPECT_TRUE(torch::equal(parameters["fc.weight"], value));
    }
  }
}

TEST(LoadPretrained, ReplacesAHeadOfAnotherKindAndOneThatIsNotThere) {
  auto fastai = small_net(10, Head::fastai);
  EXPECT_EQ(load_pretrained(fastai, values_of(small_net(10))).head.size(), 6U);
  auto headless = values_of(small_net(10));
  std::erase_if(headless, [](const auto& item) { return item.first.starts_with("fc."); });
  auto plain = small_net(10);
  EXPECT_EQ(load_pretrained(plain, headless).head_reason, "fc.weight is not in the file");
}

TEST(LoadPretrained, DoesWithoutCountsOfBatches) {
  auto old = values_of(small_net(10));
  std::erase_if(old, [](const auto& item) { return item.first.ends_with("num_batches_tracked"); });
  auto to = small_net(10);
  EXPECT_TRUE(load_pretrained(to, old).complete());
}

TEST(LoadPretrained, RefusesOtherGapsAndChangesNothing) {
  auto tensors = values_of(small_net(10));
  tensors[0].second = torch::zeros({16, 1, 3, 3});
  tensors[1].first = "bn1.wieght";
  auto to = small_net(10);
  const auto before = values_of(to);
  expect_error([&] { load_pretrained(to, tensors, {.source = "w.pt"}); }, ErrorKind::checkpoint,
               "w.pt: expected the weights of resnet8, got missing (1): bn1.weight; unexpected "
               "(1): bn1.wieght; different (1): conv1.weight is Float [16,1,3,3], not Float "
               "[16,3,3,3];");
  EXPECT_EQ(count_equal(to, before), 37U);
  const auto report = load_pretrained(to, tensors, {.allow_partial = true});
  EXPECT_EQ(report.text(),
            "loaded 42 of 44 tensors; missing (1): bn1.weight; unexpected (1): bn1.wieght; "
            "different (1): conv1.weight is Float [16,1,3,3], not Float [16,3,3,3]");
}

TEST(LoadPretrained, RefusesAFileOfWhichNothingFits) {
  auto to = small_net(10);
  const NamedTensors other{{"encoder.block.weight", torch::zeros({3})}};
  expect_error([&] { load_pretrained(to, other, {.allow_partial = true}); }, ErrorKind::checkpoint,
               "weights: expected weights of resnet8, got none of its names");
}

TEST(MatchPretrained, ChangesNothing) {
  const auto to = small_net(10);
  const auto before = values_of(to);
  EXPECT_TRUE(match_pretrained(to, values_of(small_net(10))).complete());
  EXPECT_EQ(count_equal(to, before), 37U);
}

}  // namespace
}  // namespace onecycle
