#include "onecycle/report/downsample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <tuple>

namespace onecycle {
namespace {

std::vector<double> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  std::generate(values.begin(), values.end(), [&] { return normal(random); });
  return values;
}

std::vector<std::size_t> kept(const std::vector<double>& values, std::size_t limit) {
  return keep_extremes(values.size(), limit, [&](std::size_t i) { return values[i]; });
}

bool contains(const std::vector<std::size_t>& indices, std::size_t index) {
  return std::binary_search(indices.begin(), indices.end(), index);
}

TEST(KeepExtremes, KeepsAllOfFewValues) {
  EXPECT_EQ(kept({3, 1, 2}, 3), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_TRUE(kept({}, 10).empty());
}

/// The indices of the extremes of each of `buckets` equal parts.
std::vector<std::size_t> extremes(const std::vector<double>& values, std::size_t buckets) {
  std::vector<std::size_t> found;
  for (std::size_t b = 0; b < buckets; ++b) {
    const auto at = [&](std::size_t bucket) {
      return values.begin() + static_cast<std::ptrdiff_t>(bucket * values.size() / buckets);
    };
    const auto [low, high] = std::minmax_element(at(b), at(b + 1));
    found.push_back(static_cast<std::size_t>(low - values.begin()));
    found.push_back(static_cast<std::size_t>(high - values.begin()));
  }
  return found;
}

class KeepExtremesOf : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};

TEST_P(KeepExtremesOf, KeepsBothEndsAndTheExtremesOfEveryBucket) {
  const auto [count, limit] = GetParam();
  const auto values = noise(count, static_cast<unsigned>(count + limit));
  std::vector<std::size_t> expected = extremes(values, limit / 2 - 1);
  expected.push_back(0);
  expected.push_back(count - 1);
  std::sort(expected.begin(), expected.end());
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  EXPECT_EQ(kept(values, limit), expected);
  EXPECT_LE(expected.size(), limit);
}

INSTANTIATE_TEST_SUITE_P(Sizes, KeepExtremesOf,
                         testing::Combine(testing::Values(101, 1000, 4096, 99'991),
                                          testing::Values(4, 10, 100)));

TEST(KeepExtremes, KeepsASinglePeakAmongAMillion) {
  std::vector<double> values(1'000'000, 1.0);
  values[777'777] = 50.0;
  values[123'456] = -50.0;
  const auto indices = kept(values, 200);
  EXPECT_TRUE(contains(indices, 777'777));
  EXPECT_TRUE(contains(indices, 123'456));
}

TEST(KeepExtremes, KeepsGapsAsGaps) {
  auto values = noise(10'000, 1);
  values[5000] = std::numeric_limits<double>::quiet_NaN();
  values[6000] = std::numeric_limits<double>::infinity();
  const auto indices = kept(values, 100);
  EXPECT_TRUE(contains(indices, 5000));
  EXPECT_TRUE(contains(indices, 6000));
  EXPECT_LE(indices.size(), 102U);
}

TEST(KeepExtremes, LooksAtEveryValueOnceInOrder) {
  std::size_t next = 0;
  keep_extremes(5000, 100, [&](std::size_t i) {
    EXPECT_EQ(i, next++);
    return 0.0;
  });
  EXPECT_EQ(next, 5000U);
}

}  // namespace
}  // namespace onecycle
