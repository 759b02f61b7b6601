// The shapes that every schedule is drawn with: a value between two ends at a position in [0, 1].
#pragma once

#include <array>
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
double interpolate(Shape shape, double start, double end, double q, double power = 1.0);

}  // namespace onecycle
