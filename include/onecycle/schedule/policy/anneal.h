// The one-curve policies: from a start factor to an end factor over the whole run.
#pragma once

#include <string_view>
#include <tuple>

#include "onecycle/schedule/curve.h"
#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// The peak rate throughout.
struct Constant {
  static constexpr std::string_view name = "constant";
  static constexpr std::string_view summary = "the peak rate throughout";
  static constexpr std::string_view source = "fastai v2, Learner.fit";
  static constexpr auto fields() { return std::tuple{}; }

  [[nodiscard]] Values at(Position) const { return {}; }
};

/// A straight line from `start` to `end` (factors of the peak rate); `end` is reached after the
/// last update.
struct Linear {
  double start = 1.0;
  double end = 0.0;

  static constexpr std::string_view name = "linear";
  static constexpr std::string_view summary = "a straight line from start to end";
  static constexpr std::string_view source = "PyTorch, LinearLR; fastai v2, SchedLin";
  static constexpr auto fields() {
    return std::tuple{Field<Linear, double>{"start", &Linear::start, "factor",
                                            "of the peak rate, first", kNotNegative},
                      Field<Linear, double>{"end", &Linear::end, "factor",
                                            "of the peak rate, after the end", kNotNegative}};
  }

  [[nodiscard]] Values at(Position position) const {
    return {.lr = interpolate(Shape::linear, start, end, position.fraction())};
  }
};

/// Half a cosine wave from `start` to `end` (factors of the peak rate).
/// Source: Loshchilov & Hutter, 1608.03983, equation 5, one cycle.
struct Cosine {
  double start = 1.0;
  double end = 0.0;

  static constexpr std::string_view name = "cosine";
  static constexpr std::string_view summary = "half a cosine wave from start to end";
  static constexpr std::string_view source =
      "Loshchilov & Hutter, arXiv 1608.03983; PyTorch, CosineAnnealingLR; fastai v2, SchedCos";
  static constexpr auto fields() {
    return std::tuple{Field<Cosine, double>{"start", &Cosine::start, "factor",
                                            "of the peak rate, first", kNotNegative},
                      Field<Cosine, double>{"end", &Cosine::end, "factor",
                                            "of the peak rate, after the end", kNotNegative}};
  }

  [[nodiscard]] Values at(Position position) const {
    return {.lr = interpolate(Shape::cosine, start, end, position.fraction())};
  }
};

/// The same ratio at every update, from `start` to `end` (factors of the peak rate).
struct Exponential {
  double start = 1.0;
  double end = 0.01;

  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view summary = "the same ratio at every update, from start to end";
  static constexpr std::string_view source = "fastai v2, SchedExp; PyTorch, ExponentialLR";
  static constexpr auto fields() {
    return std::tuple{Field<Exponential, double>{"start", &Exponential::start, "factor",
                                                 "of the peak rate, first", kPositive},
                      Field<Exponential, double>{"end", &Exponential::end, "factor",
                                                 "of the peak rate, after the end", kPositive}};
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
        Field<Polynomial, double>{"start", &Polynomial::start, "factor", "of the peak rate, first",
                                  kNotNegative},
        Field<Polynomial, double>{"end", &Polynomial::end, "factor",
                                  "of the peak rate, after the end", kNotNegative},
        Field<Polynomial, double>{"power", &Polynomial::power, "exponent", "1 is a straight line",
                                  kPositive},
        Field<Polynomial, bool>{"down", &Polynomial::down, "yes/no",
                                "the power acts on what is left, else on what is done"}};
  }

  [[nodiscard]] Values at(Position position) const {
    const Shape shape = down ? Shape::polynomial_down : Shape::polynomial;
    return {.lr = interpolate(shape, start, end, position.fraction(), power)};
  }
};

}  // namespace onecycle
