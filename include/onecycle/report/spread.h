// Several values of one quantity, one a seed: their middle and how far they lie apart.
#pragma once

#include <optional>
#include <vector>

namespace onecycle {

/// Median and range.
struct Spread {
  double median = 0.0;  ///< of an even number of values the mean of the two in the middle
  double low = 0.0;
  double high = 0.0;
};

/// Nothing without values. Infinities count as what they are; NaN must not be among the values.
std::optional<Spread> spread_of(std::vector<double> values);

/// Whether the ranges have a value in common.
bool overlap(const Spread& a, const Spread& b);

}  // namespace onecycle
