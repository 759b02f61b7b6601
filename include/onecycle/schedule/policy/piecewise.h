// A curve through given points, or from a table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// Between two points.
enum class PiecewiseShape {
  linear,
  cosine,
  step  ///< the value of the point before
};
constexpr std::array<std::string_view, 3> names_of(PiecewiseShape) {
  return {"linear", "cosine", "step"};
}

/// Through points `at:value`, values being factors of the peak rate; before the first point its
/// value, after the last one the last value. Two points at one place are a leap. With `file`
/// instead of points, as in `piecewise(file=rates.csv)`, the points are read once, from the columns
/// `iteration` and `lr` (or `value`, or the one that `column` names), and become part of the
/// schedule. Source: optax, piecewise_constant_schedule and piecewise_interpolate_schedule.
struct Piecewise {
  std::vector<Knot> points = {
      {Length::share(0.0), 0.1}, {Length::share(0.1), 1.0}, {Length::share(1.0), 0.01}};
  PiecewiseShape shape = PiecewiseShape::linear;

  static constexpr std::string_view name = "piecewise";
  static constexpr std::string_view summary =
      "through given points, or those of a table: piecewise(file=rates.csv)";
  static constexpr std::string_view source =
      "optax, piecewise_interpolate_schedule, piecewise_constant_schedule";
  static constexpr auto fields() {
    return std::tuple{field("points", &Piecewise::points, "list",
                            "when, and the factor of the peak rate", kNotNegative),
                      field("shape", &Piecewise::shape, "choice", "between two points")};
  }

  /// Replaces `file` and `column` by the points in the file. Throws a data error for what is wrong
  /// in it, a usage error if there are points, too.
  static std::vector<Setting> expand(std::vector<Setting> settings);

  /// There must be points, in order as far as their units tell.
  void check() const;
  /// The points must be in order.
  void check(std::int64_t total) const;
  [[nodiscard]] Values at(Position position) const;
  [[nodiscard]] Iterations jumps(std::int64_t total) const;
};

}  // namespace onecycle
