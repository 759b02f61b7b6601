#include "onecycle/data/subset.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "onecycle/data/prepared.h"
#include "support/message.h"

namespace onecycle {
namespace {

std::shared_ptr<const TensorDataset> six() {
  return std::make_shared<TensorDataset>(torch::arange(6.F), torch::arange(6));
}

TEST(SubsetDataset, HoldsTheExamplesAtItsPositionsInTheirOrder) {
  const SubsetDataset data(six(), {5, 1, 1, 3});
  EXPECT_EQ(data.size(), 4);
  const Batch some = data.get(torch::tensor({3, 0}, torch::kLong));
  EXPECT_TRUE(torch::equal(some.targets, torch::tensor({3, 5}, torch::kLong)));
  const Batch slice = data.slice(1, 4);
  EXPECT_TRUE(torch::equal(slice.inputs, torch::tensor({1.F, 1.F, 3.F})));
  EXPECT_EQ(data.read_ahead(), six()->read_ahead());
}

TEST(SubsetDataset, RefusesPositionsThatAreNotThere) {
  const auto refusal = [](const std::vector<std::int64_t>& positions) {
    return message_of(ErrorKind::usage, [&] { const SubsetDataset data(six(), positions); });
  };
  EXPECT_EQ(refusal({0, 6, 7}), "subset: expected positions in 0 .. 5, got 7");
  EXPECT_EQ(refusal({-1, 6}), "subset: expected positions in 0 .. 5, got -1");
  EXPECT_EQ(refusal({}), "subset: expected examples, got none");
}

TEST(PreparedDataset, AppliesItsFunctionToEachBatch) {
  const PreparedDataset data(six(), [](const Batch& batch) {
    return Batch{.inputs = batch.inputs * 2, .targets = batch.targets};
  });
  EXPECT_EQ(data.size(), 6);
  EXPECT_TRUE(torch::equal(data.get(torch::tensor({4, 1}, torch::kLong)).inputs,
                           torch::tensor({8.F, 2.F})));
  EXPECT_TRUE(torch::equal(data.slice(2, 4).inputs, torch::tensor({4.F, 6.F})));
  EXPECT_TRUE(torch::equal(data.slice(2, 4).targets, torch::tensor({2, 3}, torch::kLong)));
}

TEST(PreparedDataset, RefusesToHaveNothingToDo) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { const PreparedDataset data(six(), nullptr); }),
            "prepared data: expected a data set and a function, got none");
}

}  // namespace
}  // namespace onecycle
