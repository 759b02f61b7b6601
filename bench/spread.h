// What the rounds of a benchmark came to.
#pragma once

#include <algorithm>
#include <vector>

/// The middle one of the values (of an even number the upper of the two), and how far they spread.
struct Spread {
  double median = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// `values`: at least one.
inline Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {.median = values[values.size() / 2], .low = values.front(), .high = values.back()};
}
