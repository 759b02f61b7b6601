#include "onecycle/data/split.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"
#include "onecycle/data/digits.h"
#include "onecycle/data/source.h"

namespace onecycle {
namespace {

std::map<std::int64_t, int> count(const std::vector<std::int64_t>& indices,
                                  const std::vector<std::int64_t>& groups) {
  std::map<std::int64_t, int> counts;
  for (const auto index : indices) {
    ++counts[groups[static_cast<std::size_t>(index)]];
  }
  return counts;
}

TEST(SplitStratified, IsDisjointCompleteAndInProportion) {
  Random random(1);
  for (const double valid : {0.05, 0.2, 0.5, 0.9}) {
    std::vector<std::int64_t> groups;
    for (std::int64_t group = 0; group < 7; ++group) {
      groups.insert(groups.end(), 1 + random.below(60), group);
    }
    const SplitIndices split = split_stratified(groups, {.valid = valid, .seed = 3});
    std::vector<std::int64_t> all = split.train;
    all.insert(all.end(), split.valid.begin(), split.valid.end());
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all.size(), groups.size());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
    auto in_train = count(split.train, groups);
    auto in_valid = count(split.valid, groups);
    for (std::int64_t group = 0; group < 7; ++group) {
      const int members = in_train[group] + in_valid[group];
      EXPECT_GE(in_train[group], 1);
      EXPECT_LE(std::abs(in_valid[group] - members * valid), 1.0) << valid << " " << group;
    }
  }
}

TEST(SplitStratified, TheTotalIsRoundedOnce) {
  // Ten classes of 14: each would give 2.8, all of them 28.
  std::vector<std::int64_t> groups;
  for (std::int64_t i = 0; i < 140; ++i) {
    groups.push_back(i % 10);
  }
  EXPECT_EQ(split_stratified(groups, {.valid = 0.2}).valid.size(), 28U);
}

TEST(SplitStratified, DependsOnTheSeedAlone) {
  const std::vector<std::int64_t> groups(100, 0);
  EXPECT_EQ(split_stratified(groups, {.seed = 1}).valid,
            split_stratified(groups, {.seed = 1}).valid);
  EXPECT_NE(split_stratified(groups, {.seed = 1}).valid,
            split_stratified(groups, {.seed = 2}).valid);
}

TEST(SplitStratified, EveryExampleIsChosenEquallyOften) {
  const std::vector<std::int64_t> groups(20, 0);
  std::vector<int> chosen(20);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    for (const auto index : split_stratified(groups, {.valid = 0.25, .seed = seed}).valid) {
      ++chosen[static_cast<std::size_t>(index)];
    }
  }
  for (const int times : chosen) {
    EXPECT_NEAR(times, 1000, 130);
  }
}

TEST(SplitStratified, SmallSetsStillValidateAndStillTrain) {
  const SplitIndices split = split_stratified({0, 0, 1, 2}, {.valid = 0.01});
  ASSERT_EQ(split.valid.size(), 1U);
  EXPECT_LT(split.valid.front(), 2);  // the only class that can give one away
  EXPECT_EQ(split_stratified({0, 0}, {.valid = 0.99}).train.size(), 1U);
  EXPECT_TRUE(split_stratified({0, 0, 1}, {.valid = 0.0}).valid.empty());
}

TEST(SplitStratified, RefusesFractionsOutside) {
  for (const double valid : {-0.1, 1.0, 20.0, std::nan("")}) {
    try {
      split_stratified({0, 1}, {.valid = valid});
      ADD_FAILURE() << valid;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.what(), cat("valid: expected a fraction in [0, 1), got ", valid));
    }
  }
}

TEST(SplitData, TheTrainingPartHasMeanZeroAndDeviationOne) {
  const LoadedData table = read_table(ONECYCLE_TEST_DATA "/breast_cancer.csv");
  const SplitData split = split_data(table, {.valid = 0.2, .seed = 1});
  EXPECT_EQ(split.train->size() + split.valid->size(), 569);
  const torch::Tensor x = split.train->all().inputs.to(torch::kDouble);
  EXPECT_EQ(split.train->all().inputs.scalar_type(), torch::kFloat);
  EXPECT_LT(x.mean(0).abs().max().item<double>(), 1e-6);
  EXPECT_LT((x.std(0, /*unbiased=*/false) - 1).abs().max().item<double>(), 1e-6);
  EXPECT_EQ(split.train->all().targets.scalar_type(), torch::kLong);
  // The validation part is measured with the same rod, so it is only near.
  EXPECT_GT(split.valid->all().inputs.mean(0).abs().max().item<double>(), 1e-3);
}

TEST(SplitData, StatisticsDoNotSeeTheValidationPart) {
  LoadedData table = read_table(ONECYCLE_TEST_DATA "/diabetes.csv");
  const SplitData before = split_data(table, {.seed = 2});
  const SplitIndices indices = split_stratified(std::vector<std::int64_t>(442, 0), {.seed = 2});
  torch::Tensor inputs = table.examples->all().inputs.clone();
  inputs.index_fill_(0, torch::tensor(indices.valid, torch::kLong), 1e6);
  table.examples = std::make_shared<TensorDataset>(inputs, table.examples->all().targets);
  const SplitData after = split_data(table, {.seed = 2});
  EXPECT_TRUE(torch::equal(before.standardization.inputs.mean, after.standardization.inputs.mean));
  EXPECT_TRUE(torch::equal(before.train->all().inputs, after.train->all().inputs));
  EXPECT_FALSE(torch::equal(before.valid->all().inputs, after.valid->all().inputs));
}

TEST(SplitData, ARegressionsTargetsAreStandardisedAndComeBack) {
  const LoadedData table = read_table(ONECYCLE_TEST_DATA "/diabetes.csv");
  const SplitData split = split_data(table, {.seed = 2});
  ASSERT_TRUE(split.standardization.targets.has_value());
  const torch::Tensor y = split.train->all().targets;
  EXPECT_NEAR(y.mean().item<double>(), 0.0, 1e-6);
  EXPECT_NEAR(y.std(/*unbiased=*/false).item<double>(), 1.0, 1e-6);
  const SplitIndices indices = split_stratified(std::vector<std::int64_t>(442, 0), {.seed = 2});
  const torch::Tensor original =
      table.examples->all().targets.index_select(0, torch::tensor(indices.train, torch::kLong));
  EXPECT_LT((split.standardization.targets->undo(y) - original).abs().max().item<double>(), 1e-3);
}

TEST(SplitData, DigitsAreOneChannelWithOneStatistic) {
  const SplitData split = split_data(digits(), {.valid = 0.2, .seed = 1});
  EXPECT_EQ(split.valid->size(), 359);
  EXPECT_EQ(split.standardization.inputs.mean.sizes(), (std::vector<std::int64_t>{1, 1, 1}));
  EXPECT_NEAR(split.train->all().inputs.mean().item<double>(), 0.0, 1e-6);
  EXPECT_NEAR(split.train->all().inputs.std().item<double>(), 1.0, 1e-4);
}

TEST(SplitData, WithoutValidationAllIsTraining) {
  const SplitData split = split_data(digits(), {.valid = 0.0});
  EXPECT_EQ(split.train->size(), 1797);
  EXPECT_EQ(split.valid, nullptr);
}

}  // namespace
}  // namespace onecycle
