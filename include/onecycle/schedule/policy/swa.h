// The last stretch of stochastic weight averaging: from where the rate stands to one that stays.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/curve.h"
#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

enum class SwaShape { cosine, linear };
constexpr std::array<std::string_view, 2> names_of(SwaShape) { return {"cosine", "linear"}; }

/// From where the schedule before it stopped (the peak, if there is none) to `end` over `anneal`,
/// then `end`: `cosine for 75% then swa(end=0.05)`. Source: Izmailov et al., arXiv 1803.05407;
/// PyTorch, SWALR.
struct Swa {
  double end = 0.05;                   ///< a factor of the peak rate
  Length anneal = Length::share(0.1);  ///< 0: at once
  SwaShape shape = SwaShape::cosine;

  static constexpr std::string_view name = "swa";
  static constexpr std::string_view summary =
      "from where the rate stands to one that stays, for weight averaging";
  static constexpr std::string_view source = "Izmailov et al., arXiv 1803.05407; PyTorch, SWALR";
  static constexpr auto fields() {
    return std::tuple{
        field("end", &Swa::end, "factor", "of the peak rate, that stays", kNotNegative),
        field("anneal", &Swa::anneal, "length", "of the way to it", kNotNegative),
        field("shape", &Swa::shape, "choice", "the curve of the way")};
  }

  [[nodiscard]] Values at(Position position) const { return continued(position, 1.0); }
  [[nodiscard]] Values continued(Position position, double lr) const {
    const double length = anneal.of(position.total);
    const double q =
        length > 0.0 ? std::min(1.0, static_cast<double>(position.iteration) / length) : 1.0;
    return {.lr =
                interpolate(shape == SwaShape::cosine ? Shape::cosine : Shape::linear, lr, end, q)};
  }
};

}  // namespace onecycle
