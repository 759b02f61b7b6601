#include "onecycle/report/downsample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

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

TEST(KeepExtremes, KeepsBothEndsAndTheExtremesOfEveryBucket) {
  for (const std::size_t count : {101U, 1000U, 4096U, 99'991U}) {
    for (const std::size_t limit : {4U, 10U, 100U}) {
      const auto values = noise(count, static_cast<unsigned>(count + limit));
      const auto indices = kept(values, limit);
      EXPECT_LE(indices.size(), limit);
      EXPECT_TRUE(std::is_sorted(indices.begin(), indices.end()));
      EXPECT_EQ(std::adjacent_find(indices.begin(), indices.end()), indices.end());
      EXPECT_EQ(indices.front(), 0U);
      EXPECT_EQ(indices.back(), count - 1);
      const std::size_t buckets = limit / 2 - 1;
      for (std::size_t b = 0; b < buckets; ++b) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(b * count / buckets);
        const auto end = values.begin() + static_cast<std::ptrdiff_t>((b + 1) * count / buckets);
        const auto [low, high] = std::minmax_element(begin, end);
        EXPECT_TRUE(contains(indices, static_cast<std::size_t>(low - values.begin())));
        EXPECT_TRUE(contains(indices, static_cast<std::size_t>(high - values.begin())));
      }
    }
  }
}

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
