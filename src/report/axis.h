// One axis of a picture made of characters: where a value falls and where the labels stand.
#pragma once

#include <string>
#include <vector>

#include "onecycle/report/plot.h"

namespace onecycle {

/// Maps values between `range.low` and `range.high` to 0 and 1, straight or by the logarithm.
struct Axis {
  Interval range;
  bool log = false;

  [[nodiscard]] double position(double value) const;

  /// Round values inside the range, at most about `count`: 1, 2, 5 times powers of ten.
  [[nodiscard]] std::vector<double> ticks(int count) const;
};

/// The axes that show all values that `plot` can draw, or the range that it asks for.
Axis x_axis(const Plot& plot);
Axis y_axis(const Plot& plot);

/// Whether the point can be drawn: finite, and positive where an axis is logarithmic.
bool can_draw(const Plot& plot, double x, double y);

/// A tick's text: `0.05`, `1e-3`.
std::string tick_label(double value, bool log);

}  // namespace onecycle
