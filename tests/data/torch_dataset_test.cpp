#include "onecycle/data/torch_dataset.h"

#include <gtest/gtest.h>
#include <torch/data/datasets/map.h>
#include <torch/data/datasets/tensor.h>
#include <torch/data/transforms/lambda.h>
#include <torch/data/transforms/stack.h>

#include "onecycle/data/loader.h"
#include "support/message.h"

namespace onecycle {
namespace {

namespace datasets = torch::data::datasets;

/// As users of LibTorch write them: example i is [i, 2 i], its target i modulo 3.
class Doubles : public datasets::Dataset<Doubles> {
 public:
  explicit Doubles(std::optional<std::size_t> size) : size_(size) {}
  torch::data::Example<> get(std::size_t index) override {
    const auto i = static_cast<std::int64_t>(index);
    return {torch::tensor({i, 2 * i}, torch::kFloat), torch::tensor(i % 3)};
  }
  [[nodiscard]] std::optional<std::size_t> size() const override { return size_; }

 private:
  std::optional<std::size_t> size_;
};

void expect_doubles(const Dataset& data) {
  ASSERT_EQ(data.size(), 10);
  const Batch batch = data.get(torch::tensor({7, 0, 4}));
  EXPECT_TRUE(
      torch::equal(batch.inputs, torch::tensor({{7.0F, 14.0F}, {0.0F, 0.0F}, {4.0F, 8.0F}})));
  EXPECT_TRUE(torch::equal(batch.targets, torch::tensor({1, 0, 1})));
  EXPECT_TRUE(torch::equal(data.slice(2, 4).targets, torch::tensor({2, 0})));
}

TEST(TorchDatasetTest, StacksTheExamples) { expect_doubles(*torch_dataset(Doubles(10))); }

TEST(TorchDatasetTest, TakesExamplesThatAreStackedAlready) {
  expect_doubles(*torch_dataset(Doubles(10).map(torch::data::transforms::Stack<>())));
}

TEST(TorchDatasetTest, AppliesTransforms) {
  const auto data = torch_dataset(Doubles(4).map(
      torch::data::transforms::Lambda<torch::data::Example<>>([](torch::data::Example<> example) {
        return torch::data::Example<>(example.data + 1.0, example.target);
      })));
  EXPECT_TRUE(torch::equal(data->all().inputs[3], torch::tensor({4.0F, 7.0F})));
}

TEST(TorchDatasetTest, GivesEachExampleOnceAnEpochWithAnyNumberOfWorkers) {
  for (const std::int64_t workers : {0, 2}) {
    Loader loader(torch_dataset(Doubles(10)), {.batch_size = 4, .workers = workers});
    loader.start_epoch(1);
    std::vector<torch::Tensor> seen;
    while (const auto batch = loader.next()) {
      seen.push_back(batch->inputs.select(1, 0));
    }
    EXPECT_EQ(seen.size(), 3U);
    EXPECT_TRUE(torch::equal(std::get<0>(at::cat(seen).sort()), torch::arange(10.0)));
  }
}

TEST(TorchDatasetTest, RefusesOneWithoutASize) {
  const auto refused = [](std::optional<std::size_t> size) {
    return message_of(ErrorKind::usage, [&] { torch_dataset(Doubles(size)); });
  };
  EXPECT_EQ(
      refused(std::nullopt),
      "torch_dataset: expected a dataset that knows its size, at least 1, got one that does not");
  EXPECT_EQ(refused(0), "torch_dataset: expected a dataset that knows its size, at least 1, got 0");
}

}  // namespace
}  // namespace onecycle
