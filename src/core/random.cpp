#include "onecycle/core/random.h"

#include <bit>
#include <numeric>
#include <utility>

namespace onecycle {
namespace {

__extension__ using Uint128 = unsigned __int128;

/// The output function of splitmix64: a bijection in which every bit of the input moves about half
/// of those of the output. Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom
/// Number Generators", OOPSLA 2014.
constexpr std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio, odd

/// 64-bit FNV-1a. Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, RFC 9923.
constexpr std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) {
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return h;
}

}  // namespace

std::uint64_t stream_seed(std::uint64_t seed, std::string_view name, std::uint64_t index) {
  // Each value is spread over all bits before the next one joins, so that neighbouring seeds and
  // indices do not cancel out.
  return mix(mix(mix(seed + kGolden) ^ hash(name)) + (index + 1) * kGolden);
}

Random::Random(std::uint64_t seed) {
  for (auto& word : state_) {
    seed += kGolden;
    word = mix(seed);
  }
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t n) {
  Uint128 product = static_cast<Uint128>(next()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t surplus = (0 - n) % n;  // 2^64 mod n of the low halves would count twice
    while (static_cast<std::uint64_t>(product) < surplus) {
      product = static_cast<Uint128>(next()) * n;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

std::vector<std::int64_t> random_permutation(std::int64_t n, Random& random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  return order;
}

}  // namespace onecycle
