// Flat, then along a cosine to almost nothing.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/curve.h"
#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// Whose flat-cosine (N updates, t from 0, s = `pct_start`):
enum class FlatCosineConvention {
  fastai2,  ///< flat while t/N < s, down to peak/1e5; momentum left alone
  fastai1   ///< flat while t <= floor(s N), down to 0; momentum is one value, then another
};
constexpr std::array<std::string_view, 2> names_of(FlatCosineConvention) {
  return {"fastai2", "fastai1"};
}

/// The peak rate for the first part of the run, then half a cosine wave down. Unset options take
/// their convention's default. Source: fastai v2, fit_flat_cos; fastai v1, fit_fc.
struct FlatCosine {
  FlatCosineConvention convention = FlatCosineConvention::fastai2;
  std::optional<double> pct_start = {};  ///< default 0.75 (fastai2), 0.72 (fastai1)
  std::optional<double> div_final =
      {};  ///< the last rate is peak/div_final; 1e5, infinite (fastai1)
  std::optional<double> momentum_start = {};  ///< default: alone, 0.95 (fastai1)
  std::optional<double> momentum_end = {};    ///< while it falls; default: alone, 0.85 (fastai1)

  static constexpr std::string_view name = "flat_cosine";
  static constexpr std::string_view summary = "the peak rate, then down along a cosine";
  static constexpr std::string_view source = "fastai v2, fit_flat_cos; fastai v1, fit_fc";
  static constexpr auto fields() {
    using P = FlatCosine;
    return std::tuple{field("convention", &P::convention, "choice", "whose flat-cosine"),
                      field("pct_start", &P::pct_start, "fraction", "part of the run that is flat",
                            kFraction, "0.75 (fastai2), 0.72 (fastai1)"),
                      field("div_final", &P::div_final, "factor", "the last rate is peak/div_final",
                            kPositive, "1e5 (fastai2), inf (fastai1)"),
                      field("momentum_start", &P::momentum_start, "momentum",
                            "while the rate is flat", kMomentum, "left alone; 0.95 (fastai1)"),
                      field("momentum_end", &P::momentum_end, "momentum", "while the rate falls",
                            kMomentum, "left alone; 0.85 (fastai1)")};
  }

  [[nodiscard]] Values at(Position position) const {
    const bool v1 = convention == FlatCosineConvention::fastai1;
    const auto total = static_cast<double>(position.total);
    const double share = pct_start.value_or(v1 ? 0.72 : 0.75);
    const double flat = v1 ? std::floor(total * share) : total * share;
    const double past = static_cast<double>(position.iteration) - flat;
    const bool falls = past > 0.0;
    Values values;
    if (falls) {
      const double end = v1 ? 1.0 / div_final.value_or(HUGE_VAL) : 1.0 / div_final.value_or(1e5);
      values.lr = interpolate(Shape::cosine, 1.0, end, past / (total - flat));
    }
    values.momentum = falls ? momentum_end : momentum_start;
    if (v1 && !values.momentum) {
      values.momentum = falls ? 0.85 : 0.95;
    }
    return values;
  }
};

}  // namespace onecycle
