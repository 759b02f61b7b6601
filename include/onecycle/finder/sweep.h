// The rates that a learning-rate finder tries, one an iteration.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace onecycle {

/// How the rates are spread between the two ends.
enum class Spacing { exponential, linear };
constexpr std::array<std::string_view, 2> names_of(Spacing) { return {"exponential", "linear"}; }

/// Whose grid: the position q of iteration k of n, from 0; the rate is s (e/s)^q or s + q (e - s).
enum class Grid {
  fastai,           ///< k/n: the end is never tried (fastai v1, v2; 0.7 if exponential)
  fastai07,         ///< k/n; linear: starts at 0, not at s
  torch_lr_finder,  ///< k/(n-1): the end is tried (sgugger's notebook, too)
  ignite,           ///< (k+1)/n if exponential, k/n if linear; one iteration more than n
  lightning         ///< 0, then (k+1)/n: leaves one rate out, tries the end
};
constexpr std::array<std::string_view, 5> names_of(Grid) {
  return {"fastai", "fastai07", "torch_lr_finder", "ignite", "lightning"};
}

/// Fewer points than this say nothing about a curve: fastai raises a smaller `num_it` to it, we
/// refuse.
inline constexpr std::int64_t kFewestPoints = 6;

/// A sweep over rates. The defaults are fastai v2's `lr_find`.
struct Sweep {
  double start_lr = 1e-7;     ///< the first rate, > 0
  double end_lr = 10.0;       ///< the upper end, > start_lr
  std::int64_t num_it = 100;  ///< iterations (weight updates), at least `kFewestPoints`
  Spacing spacing = Spacing::exponential;
  Grid grid = Grid::fastai;

  /// Throws a usage error if a member is out of its range.
  void check() const;

  /// How many iterations: `num_it`, for Ignite's grid one more.
  [[nodiscard]] std::int64_t iterations() const;

  /// The rate in force during `iteration`, from 0.
  [[nodiscard]] double rate(std::int64_t iteration) const;
};

}  // namespace onecycle
