// Several curves after one another over positions in [0, 1].
#pragma once

#include <vector>

#include "onecycle/schedule/curve.h"

namespace onecycle {

/// One stretch of a combined curve.
struct Phase {
  double share = 1.0;  ///< its part of the whole, in [0, 1]
  Shape shape = Shape::linear;
  double start = 0.0;
  double end = 0.0;
  double power = 1.0;  ///< for the polynomial shapes
};

/// Phases after one another. At an inner edge the later phase counts; at position 1 the last one.
/// Source: fastai v2, `combine_scheds` (which rounds its edges to float32; we do not).
class CombinedCurve {
 public:
  /// Throws a usage error if there is no phase, a share is negative, or the shares do not add up
  /// to 1 within 1e-9.
  explicit CombinedCurve(std::vector<Phase> phases);

  /// The value at `position`, held within [0, 1].
  [[nodiscard]] double at(double position) const;

 private:
  std::vector<Phase> phases_;
  std::vector<double> edges_;  // left edge of each phase, then 1
};

/// Cosine from `start` to `middle` over the first `pct`, then cosine to `end`.
/// Source: fastai v2, `combined_cos`.
double combined_cosine(double pct, double start, double middle, double end, double position);

}  // namespace onecycle
