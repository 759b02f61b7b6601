// The shapes that every schedule is drawn with: a value between two ends at a position in [0, 1].
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

namespace onecycle {

/// How a value moves from `start` to `end` while the position q goes from 0 to 1.
enum class Shape {
  constant,        ///< start
  linear,          ///< start + q (end - start)
  cosine,          ///< start + (1 - cos(pi q)) (end - start) / 2
  exponential,     ///< start (end / start)^q; both ends must have the same sign and not be 0
  polynomial,      ///< start + (end - start) q^power (fastai v2)
  polynomial_down  ///< end + (start - end) (1 - q)^power (fastai v1, PyTorch, optax)
};

/// The names of `Shape`, in order.
constexpr std::array<std::string_view, 6> names_of(Shape) {
  return {"constant", "linear", "cosine", "exponential", "polynomial", "polynomial_down"};
}

/// The value at position `q`, which is held within [0, 1]: a curve never leaves its two ends.
/// `power` is used by the two polynomial shapes only; it must be positive. At q = 0 and q = 1 the
/// result is `start` and `end` to the last digit (`constant` stays at `start`).
// In the header: with a shape that is known all that remains is one formula.
inline double interpolate(Shape shape, double start, double end, double q, double power = 1.0) {
  if (shape == Shape::constant || !(q > 0.0)) {
    return start;
  }
  if (q >= 1.0) {
    return end;
  }
  switch (shape) {
    case Shape::linear:
      return start + q * (end - start);
    case Shape::cosine:
      return start + (1.0 - std::cos(std::numbers::pi * q)) * (end - start) / 2.0;
    case Shape::exponential:
      return start * std::pow(end / start, q);
    case Shape::polynomial:
      return start + (end - start) * std::pow(q, power);
    case Shape::polynomial_down:
      return end + (start - end) * std::pow(1.0 - q, power);
    case Shape::constant:
      break;
  }
  return start;
}

}  // namespace onecycle
