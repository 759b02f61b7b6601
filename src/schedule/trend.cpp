#include "onecycle/schedule/trend.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <string_view>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/schedule/field.h"

namespace onecycle {
namespace {

constexpr double kFewest = 3.0;  // points: a line through two has no residual to judge it by

/// A least-squares line through values at 0, 1, 2, ..., one value after the other. Means and sums
/// of deviations are updated, not sums of squares, which would cancel. Source: B. P. Welford, "Note
/// on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4(3), 1962.
class RunningLine {
 public:
  void add(double y) {
    const double from_old_mean = y - mean_;
    mean_ += from_old_mean / (count_ + 1.0);
    squares_ += from_old_mean * (y - mean_);
    count_ += 1.0;
    // The new place is n - 1, the mean of the old ones n / 2 - 1.
    products_ += 0.5 * count_ * (y - mean_);
  }

  /// The probability that the line under the noise rises.
  [[nodiscard]] double probability_rising() const {
    if (count_ < kFewest || squares_ == 0.0) {
      return 0.5;
    }
    const double places = count_ * (count_ * count_ - 1.0) / 12.0;  // squared deviations
    const double slope = products_ / places;
    const double residual = std::max(0.0, squares_ - slope * products_);
    const double error = std::sqrt(residual / (count_ - 2.0) / places);
    // 0 / 0 cannot be: without residual and slope all values would be equal.
    return 0.5 * std::erfc(-slope / error / std::numbers::sqrt2);
  }

 private:
  double count_ = 0.0;
  double mean_ = 0.0;
  double squares_ = 0.0;   // of deviations from the mean
  double products_ = 0.0;  // of deviations of place and value
};

/// Walks backwards, so that what is falling rises; passes over losses above `highest`.
std::int64_t walk_back(std::span<const double> losses, double probability, double highest) {
  RunningLine line;
  std::int64_t steps = 0;
  std::int64_t finite = 0;
  std::int64_t kept = 0;
  for (std::size_t i = losses.size(); i-- > 0;) {
    const double loss = losses[i];
    if (!std::isfinite(loss)) {
      continue;
    }
    ++finite;
    if (loss <= highest) {
      line.add(loss);
      ++kept;
    }
    if (static_cast<double>(kept) >= kFewest && line.probability_rising() < probability) {
      steps = finite;
    }
  }
  return steps;
}

/// The loss that a part of about `discard` of the finite ones lies above; there must be one.
double upper_quantile(std::span<const double> losses, double discard) {
  std::vector<double> finite;
  finite.reserve(losses.size());
  std::copy_if(losses.begin(), losses.end(), std::back_inserter(finite),
               [](double loss) { return std::isfinite(loss); });
  const double last = static_cast<double>(finite.size()) - 1.0;
  const auto place = finite.begin() + std::llround(last * (1.0 - discard));
  std::nth_element(finite.begin(), place, finite.end());
  return *place;
}

void check_fraction(std::string_view what, double x) {
  require(kFraction.contains(x), ErrorKind::usage, what, ": expected ", kFraction.text(), ", got ",
          x);
}

}  // namespace

double probability_falling(std::span<const double> losses) {
  RunningLine backwards;
  for (std::size_t i = losses.size(); i-- > 0;) {
    if (std::isfinite(losses[i])) {
      backwards.add(losses[i]);
    }
  }
  return backwards.probability_rising();
}

std::int64_t steps_without_decrease(std::span<const double> losses, double probability) {
  check_fraction("probability", probability);
  return walk_back(losses, probability, std::numeric_limits<double>::infinity());
}

std::int64_t steps_without_decrease_robust(std::span<const double> losses, RobustOptions options) {
  check_fraction("probability", options.probability);
  check_fraction("discard", options.discard);
  const bool any =
      std::any_of(losses.begin(), losses.end(), [](double loss) { return std::isfinite(loss); });
  return any ? walk_back(losses, options.probability, upper_quantile(losses, options.discard)) : 0;
}

}  // namespace onecycle
