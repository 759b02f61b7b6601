// The one-curve policies: from a start factor to an end factor over the whole run.
#pragma once

#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/curve.h"
#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// The same rate throughout.
struct Constant {
  double factor = 1.0;  ///< of the peak rate

  static constexpr std::string_view name = "constant";
  static constexpr std::string_view summary = "the same rate throughout";
  static constexpr std::string_view source = "fastai v2, Learner.fit; PyTorch, ConstantLR";
  static constexpr auto fields() {
    return std::tuple{
        field("factor", &Constant::factor, "factor", "of the peak rate", kNotNegative)};
  }

  [[nodiscard]] Values at(Position) const { return {.lr = factor}; }
};

/// A straight line from `start` to `end` (factors of the peak rate); `end` is reached after the
/// last update.
struct Linear {
  double start = 1.0;
  double end = 0.0;

  static constexpr std::string_view name = "linear";
  static constexpr std::string_view summary = "a straight line from start to end";
  static constexpr std::string_view source =
      "PyTorch, LinearLR; fastai v2, SchedLin; optax, linear_schedule";
  static constexpr auto fields() {
    return std::tuple{
        field("start", &Linear::start, "factor", "of the peak rate, first", kNotNegative),
        field("end", &Linear::end, "factor", "of the peak rate, after the end", kNotNegative)};
  }

  [[nodiscard]] Values at(Position position) const {
    return {.lr = interpolate(Shape::linear, start, end, position.fraction())};
  }
};

/// Half a cosine wave from `start` to `end` (factors of the peak rate): end + (start - end)
/// ((1 + cos(pi q)) / 2)^power.
/// Source: Loshchilov & Hutter, 1608.03983, equation 5, one cycle; the power is optax's exponent.
struct Cosine {
  double start = 1.0;
  double end = 0.0;
  double power = 1.0;
  /// The half wave's length; where the run is longer the wave comes back, as PyTorch's does.
  /// Unset: the run.
  std::optional<Length> t_max = {};

  static constexpr std::string_view name = "cosine";
  static constexpr std::string_view summary = "half a cosine wave from start to end";
  static constexpr std::string_view source =
      "Loshchilov & Hutter, arXiv 1608.03983; PyTorch, CosineAnnealingLR; fastai v2, SchedCos; "
      "optax, cosine_decay_schedule";
  static constexpr auto fields() {
    return std::tuple{
        field("start", &Cosine::start, "factor", "of the peak rate, first", kNotNegative),
        field("end", &Cosine::end, "factor", "of the peak rate, after the end", kNotNegative),
        field("power", &Cosine::power, "exponent", "of the half wave", kPositive),
        field("t_max", &Cosine::t_max, "length",
              "of the half wave; in a longer run it comes back, as PyTorch's does", kSomeLength,
              "the run")};
  }

  [[nodiscard]] Values at(Position position) const {
    if (power == 1.0 && !t_max) {
      return {.lr = interpolate(Shape::cosine, start, end, position.fraction())};
    }
    double q = t_max ? static_cast<double>(position.iteration) / t_max->of(position.total)
                     : position.fraction();
    q -= 2.0 * std::floor(q / 2.0);
    const double wave = (1.0 + std::cos(std::numbers::pi * q)) / 2.0;
    return {.lr = end + (start - end) * (power == 1.0 ? wave : std::pow(wave, power))};
  }
  [[nodiscard]] std::optional<double> floor(Position position) const {
    const bool came_back =
        t_max && static_cast<double>(position.iteration) > t_max->of(position.total);
    return end != 0.0 || came_back ? std::optional(end) : std::nullopt;
  }
};

/// The same ratio at every update, from `start` to `end` (factors of the peak rate).
struct Exponential {
  double start = 1.0;
  double end = 0.01;

  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view summary = "the same ratio at every update, from start to end";
  static constexpr std::string_view source = "fastai v2, SchedExp";
  static constexpr auto fields() {
    return std::tuple{
        field("start", &Exponential::start, "factor", "of the peak rate, first", kPositive),
        field("end", &Exponential::end, "factor", "of the peak rate, after the end", kPositive)};
  }

  [[nodiscard]] Values at(Position position) const {
    return {.lr = interpolate(Shape::exponential, start, end, position.fraction())};
  }
};

/// start + (end - start) q^power, or end + (start - end) (1 - q)^power with `down`.
struct Polynomial {
  double start = 1.0;
  double end = 0.0;
  double power = 1.0;
  bool down = true;

  static constexpr std::string_view name = "polynomial";
  static constexpr std::string_view summary = "a power of the position, from start to end";
  static constexpr std::string_view source =
      "PyTorch, PolynomialLR (down); optax, polynomial_schedule (down); fastai v2, SchedPoly (up)";
  static constexpr auto fields() {
    return std::tuple{
        field("start", &Polynomial::start, "factor", "of the peak rate, first", kNotNegative),
        field("end", &Polynomial::end, "factor", "of the peak rate, after the end", kNotNegative),
        field("power", &Polynomial::power, "exponent", "1 is a straight line", kPositive),
        field("down", &Polynomial::down, "yes/no",
              "the power acts on what is left, else on what is done")};
  }

  [[nodiscard]] Values at(Position position) const {
    const Shape shape = down ? Shape::polynomial_down : Shape::polynomial;
    return {.lr = interpolate(shape, start, end, position.fraction(), power)};
  }
};

}  // namespace onecycle
