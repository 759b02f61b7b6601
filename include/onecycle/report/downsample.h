// Which of many values to draw, so that no peak, dip or gap is lost.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace onecycle {

/// Ascending indices of at most about `limit` of `count` values: the first, the last, and of every
/// bucket of neighbours the smallest and the largest. A bucket with values that are not finite
/// also keeps the first of those, so that a gap stays a gap. All indices when `count <= limit`.
/// `value_at` is called once for each index, in order.
std::vector<std::size_t> keep_extremes(std::size_t count, std::size_t limit,
                                       const std::function<double(std::size_t)>& value_at);

}  // namespace onecycle
