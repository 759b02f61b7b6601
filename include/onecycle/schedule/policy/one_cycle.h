// The 1cycle policy: the rate rises once and falls once, momentum goes the other way.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// Whose 1cycle. They differ in where the peak lies, in what the end is, and in whether any update
/// runs with the end value (N updates, t from 0, s = `pct_start`):
enum class OneCycleConvention {
  fastai2,  ///< position t/N, peak at t = sN, the end value stands after the last update only
  fastai1,  ///< peak at t = floor(sN), the end value stands after the last update only
  torch,    ///< peak at t = sN - 1 (between two updates if not whole), update N-1 has the end value
  optax     ///< peak at t = floor(sN), the end value stands after the last update only
};
constexpr std::array<std::string_view, 4> names_of(OneCycleConvention) {
  return {"fastai2", "fastai1", "torch", "optax"};
}

/// The curve between the corners of a 1cycle.
enum class OneCycleShape { cosine, linear };
constexpr std::array<std::string_view, 2> names_of(OneCycleShape) { return {"cosine", "linear"}; }

/// 1cycle: from peak/div up to the peak over the first part of the run, then down to almost
/// nothing; momentum from high to low and back. Unset options take their convention's default.
/// Sources: Smith, arXiv 1708.07120 and 1803.09820; fastai, `fit_one_cycle`; PyTorch, `OneCycleLR`;
/// optax, `cosine_onecycle_schedule` and `linear_onecycle_schedule`.
///
/// Where peers fail, this does not: a phase without length is passed over (PyTorch divides by zero
/// if s N = 1), nothing past the end rises again or goes below it (PyTorch's next call does both).
struct OneCycle {
  OneCycleConvention convention = OneCycleConvention::fastai2;
  std::optional<double> pct_start = {};  ///< default 0.25 (fastai2), 0.3 (the others)
  double div = 25.0;                     ///< the first rate is peak/div
  std::optional<double> div_final =
      {};  ///< the last rate is peak/div_final (fastai2: 1e5; fastai1:
           ///< div * 1e4), or peak/(div * div_final) (torch, optax: 1e4)
  OneCycleShape shape = OneCycleShape::cosine;
  bool three_phase = false;  ///< torch: down to peak/div first, as long as up, then to the end
  double pct_final = 0.85;   ///< optax linear: where the last, lowest stretch begins
  std::optional<bool> cycle_momentum = {};  ///< default true; optax: false
  double momentum_start = 0.95;
  double momentum_peak = 0.85;              ///< at the peak rate
  std::optional<double> momentum_end = {};  ///< default: `momentum_start`

  static constexpr std::string_view name = "one_cycle";
  static constexpr std::string_view summary =
      "up once to the peak rate, down to almost nothing; momentum the other way";
  static constexpr std::string_view source =
      "Smith, arXiv 1708.07120, 1803.09820; fastai; PyTorch, OneCycleLR; optax";
  static constexpr auto fields();

  /// Throws a usage error for options that the convention does not have.
  void check() const;
  [[nodiscard]] Values at(Position position) const;
};

constexpr auto OneCycle::fields() {
  using P = OneCycle;
  using Real = std::optional<double>;
  constexpr Range kMomentum{.low = 0.0, .high = 1.0, .high_open = true};
  return std::tuple{
      Field<P, OneCycleConvention>{"convention", &P::convention, "choice", "whose 1cycle"},
      Field<P, Real>{"pct_start", &P::pct_start, "fraction", "part of the run spent rising",
                     kFraction, "0.25 (fastai2), 0.3 (others)"},
      Field<P, double>{"div", &P::div, "factor", "the first rate is peak/div", kPositive},
      Field<P, Real>{
          "div_final", &P::div_final, "factor",
          "the last rate is peak/div_final (fastai) or peak/(div*div_final) (torch, optax)",
          kPositive, "1e5 (fastai2), div*1e4 (fastai1), 1e4 (torch, optax)"},
      Field<P, OneCycleShape>{"shape", &P::shape, "choice", "the curve between the corners"},
      Field<P, bool>{"three_phase", &P::three_phase, "yes/no",
                     "torch: fall to peak/div as long as it rose, then to the end"},
      Field<P, double>{"pct_final", &P::pct_final, "fraction",
                       "optax linear: where the last stretch begins", kFraction},
      Field<P, std::optional<bool>>{"cycle_momentum", &P::cycle_momentum, "yes/no",
                                    "move momentum against the rate", kAnyNumber,
                                    "true; false (optax)"},
      Field<P, double>{"momentum_start", &P::momentum_start, "momentum", "at the first rate",
                       kMomentum},
      Field<P, double>{"momentum_peak", &P::momentum_peak, "momentum", "at the peak rate",
                       kMomentum},
      Field<P, Real>{"momentum_end", &P::momentum_end, "momentum", "at the end", kMomentum,
                     "momentum_start"}};
}

}  // namespace onecycle
