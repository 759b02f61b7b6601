#include "onecycle/core/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <vector>

namespace onecycle {
namespace {

TEST(Random, GivesTheSameBitsEverywhere) {
  Random zero(0);
  EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4);
  EXPECT_EQ(zero.next(), 0xbf6e1f784956452a);
  EXPECT_EQ(zero.next(), 0x1a5f849d4933e6e0);
}

TEST(Random, BelowIsUniform) {
  Random random(3);
  constexpr std::uint64_t kSides = 7;
  constexpr int kThrows = 70'000;
  std::array<int, kSides> counts{};
  for (int i = 0; i < kThrows; ++i) {
    ++counts.at(random.below(kSides));
  }
  double chi2 = 0;
  for (const int count : counts) {
    chi2 += std::pow(count - 10'000.0, 2) / 10'000.0;
  }
  EXPECT_LT(chi2, 22.5);  // exceeded by one of 1,000 fair dice
}

TEST(Random, BelowIsUnbiasedWhereRemaindersWouldNotBe) {
  // Of 64-bit remainders by 3 * 2^62, the lowest third would come up twice as often.
  Random random(4);
  constexpr std::uint64_t kN = 3ULL << 62;
  int low = 0;
  for (int i = 0; i < 30'000; ++i) {
    low += random.below(kN) < kN / 3 ? 1 : 0;
  }
  EXPECT_NEAR(low, 10'000, 350);
}

TEST(Random, BelowOneIsZero) {
  Random random(5);
  EXPECT_EQ(random.below(1), 0);
}

TEST(Random, UniformFillsTheUnitInterval) {
  Random random(6);
  double sum = 0;
  double least = 1;
  double most = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double x = random.uniform();
    sum += x;
    least = std::min(least, x);
    most = std::max(most, x);
  }
  EXPECT_GE(least, 0.0);
  EXPECT_LT(least, 1e-3);
  EXPECT_LT(most, 1.0);
  EXPECT_GT(most, 1 - 1e-3);
  EXPECT_NEAR(sum / 100'000, 0.5, 0.004);
}

TEST(RandomPermutation, IsABijection) {
  Random random(7);
  for (const std::int64_t n : {0, 1, 2, 3, 1000}) {
    auto order = random_permutation(n, random);
    ASSERT_EQ(order.size(), static_cast<std::size_t>(n));
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < n; ++i) {
      EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    }
  }
}

TEST(RandomPermutation, TakesEveryOrderEquallyOften) {
  Random random(8);
  std::map<std::vector<std::int64_t>, int> counts;
  for (int i = 0; i < 24'000; ++i) {
    ++counts[random_permutation(4, random)];
  }
  EXPECT_EQ(counts.size(), 24U);
  for (const auto& [order, count] : counts) {
    EXPECT_NEAR(count, 1000, 150);
  }
}

TEST(StreamSeed, IsTheSameEverywhere) {
  EXPECT_EQ(stream_seed(0, ""), 0xd7293fe83b1a2bc);
  EXPECT_EQ(stream_seed(42, "loader", 3), 0x4d81667b0e3b9a68);
}

TEST(StreamSeed, DiffersByEachArgument) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const char* name : {"", "a", "b", "loader", "split"}) {
      for (std::uint64_t index = 0; index < 100; ++index) {
        seen.insert(stream_seed(seed, name, index));
      }
    }
  }
  EXPECT_EQ(seen.size(), 100U * 5 * 100);
}

TEST(StreamSeed, MovesHalfOfTheBitsFromOneSeedToTheNext) {
  int flips = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    flips += std::popcount(stream_seed(seed, "x") ^ stream_seed(seed + 1, "x"));
    flips += std::popcount(stream_seed(1, "x", seed) ^ stream_seed(1, "x", seed + 1));
  }
  EXPECT_NEAR(flips / 2000.0, 32.0, 0.5);
}

}  // namespace
}  // namespace onecycle
