#include "onecycle/schedule/curve.h"

#include <cmath>
#include <numbers>

namespace onecycle {

double interpolate(Shape shape, double start, double end, double q, double power) {
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
