#include "onecycle/report/downsample.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace onecycle {
namespace {

struct Bucket {
  std::optional<std::size_t> lowest;
  std::optional<std::size_t> highest;
  std::optional<std::size_t> gap;
};

void keep(std::vector<std::size_t>& kept, const Bucket& bucket) {
  const auto start = static_cast<std::ptrdiff_t>(kept.size());
  for (const auto& index : {bucket.lowest, bucket.highest, bucket.gap}) {
    if (index) {
      kept.push_back(*index);
    }
  }
  std::sort(kept.begin() + start, kept.end());
}

}  // namespace

std::vector<std::size_t> keep_extremes(std::size_t count, std::size_t limit,
                                       const std::function<double(std::size_t)>& value_at) {
  std::vector<std::size_t> kept;
  if (count <= limit) {
    kept.resize(count);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  const std::size_t buckets = std::max<std::size_t>(limit / 2, 2) - 1;
  kept.reserve(2 * buckets + 2);
  kept.push_back(0);
  std::size_t index = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    const std::size_t end = (b + 1) * count / buckets;
    Bucket bucket;
    double low = 0.0;
    double high = 0.0;
    for (; index < end; ++index) {
      const double value = value_at(index);
      if (!std::isfinite(value)) {
        bucket.gap = bucket.gap.value_or(index);
        continue;
      }
      if (!bucket.lowest || value < low) {
        bucket.lowest = index;
        low = value;
      }
      if (!bucket.highest || value > high) {
        bucket.highest = index;
        high = value;
      }
    }
    keep(kept, bucket);
  }
  kept.push_back(count - 1);
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

}  // namespace onecycle
