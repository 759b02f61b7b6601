#include "onecycle/data/dataset.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

TensorDataset example() {
  return {torch::arange(12, torch::kFloat).view({6, 2}), torch::arange(6, torch::kLong)};
}

TEST(TensorDataset, GetGathersInTheOrderAskedFor) {
  const Batch batch = example().get(torch::tensor({4, 0, 4}, torch::kLong));
  EXPECT_TRUE(torch::equal(batch.targets, torch::tensor({4, 0, 4}, torch::kLong)));
  EXPECT_TRUE(torch::equal(batch.inputs, torch::tensor({{8.F, 9.F}, {0.F, 1.F}, {8.F, 9.F}})));
}

TEST(TensorDataset, SliceIsGetWithoutTheCopy) {
  const TensorDataset data = example();
  const Batch slice = data.slice(1, 4);
  const Batch got = data.get(torch::arange(1, 4, torch::kLong));
  EXPECT_TRUE(torch::equal(slice.inputs, got.inputs));
  EXPECT_TRUE(torch::equal(slice.targets, got.targets));
  EXPECT_EQ(slice.inputs.data_ptr<float>(), data.inputs().data_ptr<float>() + 2);
}

TEST(TensorDataset, ReadsAheadWhatFitsIntoACache) {
  EXPECT_EQ(
      TensorDataset(torch::zeros({10, 1, 8, 8}), torch::zeros({10}, torch::kLong)).read_ahead(),
      (1 << 20) / (64 * 4 + 8));
  EXPECT_EQ(TensorDataset(torch::zeros({2, 1 << 20}), torch::zeros({2})).read_ahead(), 0);
}

TEST(TensorDataset, RefusesWhatDoesNotPairUp) {
  const auto message = [](const torch::Tensor& inputs, const torch::Tensor& targets) {
    try {
      const TensorDataset data(inputs, targets);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message(torch::zeros({3, 2}), torch::zeros({2})),
            "data set: expected one target for each input, got 3 inputs and 2 targets");
  EXPECT_EQ(message(torch::zeros({0, 2}), torch::zeros({0})),
            "data set: expected examples, got none");
}

/// The least that a data set of one's own needs.
class Squares final : public Dataset {
 public:
  [[nodiscard]] std::int64_t size() const override { return 10; }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
    return {.inputs = indices, .targets = indices * indices};
  }
};

TEST(Dataset, TwoFunctionsAreEnough) {
  const Batch batch = Squares().slice(3, 5);
  EXPECT_TRUE(torch::equal(batch.targets, torch::tensor({9, 16}, torch::kLong)));
}

}  // namespace
}  // namespace onecycle
