// Random numbers that are the same on every platform, and independent streams of them by name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace onecycle {

/// A seed for one purpose (`split`, `loader`, ...), and for one use of it (an epoch), out of the
/// user's one seed: what one purpose draws does not shift what another gets.
std::uint64_t stream_seed(std::uint64_t seed, std::string_view name, std::uint64_t index = 0);

/// The generator xoshiro256**, seeded through splitmix64. Source: D. Blackman and S. Vigna,
/// "Scrambled Linear Pseudorandom Number Generators", ACM Trans. Math. Softw. 47(4), 2021.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// 64 random bits.
  std::uint64_t next();

  /// A number in 0 .. n - 1, each equally likely; `n` is at least 1. Source: D. Lemire, "Fast
  /// Random Integer Generation in an Interval", ACM Trans. Model. Comput. Simul. 29(1), 2019.
  std::uint64_t below(std::uint64_t n);

  /// A number in [0, 1), a multiple of 2^-53.
  double uniform();

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// 0 .. n - 1 in random order, each order equally likely (Fisher and Yates' shuffle).
std::vector<std::int64_t> random_permutation(std::int64_t n, Random& random);

}  // namespace onecycle
