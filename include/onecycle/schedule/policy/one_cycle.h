// The 1cycle policy: the rate rises once and falls once, momentum goes the other way.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// Whose 1cycle. They differ in where the peak lies, in what the end is, and in whether any update
/// runs with the end value (N updates, t from 0, s = `pct_start`):
enum class OneCycleConvention {
  fastai2,  ///< position t/N, peak at t = sN, the end value stands after the last update only
  fastai1,  ///< peak at t = floor(sN), the end value stands after the last update only
  torch,    ///< peak at t = sN - 1 (between two updates if not whole), update N-1 has the end value
  optax,    ///< peak at t = floor(sN), the end value stands after the last update only
  fastai07,       ///< CircularLR: straight lines up to t = floor(sN) and back to the first rate;
                  ///< momentum runs one update ahead
  fastai07_beta,  ///< CircularLR_beta, the first 1cycle: lines up to h = floor(N pct_final / 2),
                  ///< back to the first rate at 2h, then to a hundredth of it; momentum as above
  smith  ///< 1803.09820: lines up and down over the first `pct_final` of the run, in equal steps,
         ///< then far below the first rate
};
constexpr std::array<std::string_view, 7> names_of(OneCycleConvention) {
  return {"fastai2", "fastai1", "torch", "optax", "fastai07", "fastai07_beta", "smith"};
}

/// The curve between the corners of a 1cycle.
enum class OneCycleShape { cosine, linear };
constexpr std::array<std::string_view, 2> names_of(OneCycleShape) { return {"cosine", "linear"}; }

/// 1cycle: from peak/div up to the peak over the first part of the run, then down to almost
/// nothing; momentum from high to low and back. Unset options take their convention's default.
/// Sources: Smith, arXiv 1708.07120 and 1803.09820; fastai, `fit_one_cycle`, and 0.7's `CircularLR`
/// and `CircularLR_beta`; PyTorch, `OneCycleLR`; optax, `cosine_onecycle_schedule` and
/// `linear_onecycle_schedule`.
///
/// Where peers fail, this does not: a phase without length is passed over (PyTorch divides by zero
/// if s N = 1, fastai 0.7 if floor(s N) = 0), nothing past the end rises again or goes below it
/// (PyTorch's next call does both).
struct OneCycle {
  OneCycleConvention convention = OneCycleConvention::fastai2;
  /// Default 0.25 (fastai2), 0.125 (fastai07), 0.3 (fastai1, torch, optax); the others use
  /// `pct_final`.
  std::optional<double> pct_start = {};
  /// The first rate is peak/div; default 25, 4 (fastai07), 10 (fastai07_beta, smith).
  std::optional<double> div = {};
  /// The last rate is peak/div_final (fastai2: 1e5; fastai1: div * 1e4), else peak/(div *
  /// div_final) (torch, optax: 1e4; fastai07_beta: 100; smith: 1000). fastai07 ends where it began.
  std::optional<double> div_final = {};
  /// Default cosine; linear for fastai07, fastai07_beta and smith, which are nothing else.
  std::optional<OneCycleShape> shape = {};
  bool three_phase = false;  ///< torch: down to peak/div first, as long as up, then to the end
  /// Where the last, lowest stretch begins; default 0.85 (optax linear), 0.9 (fastai07_beta,
  /// smith).
  std::optional<double> pct_final = {};
  std::optional<bool> cycle_momentum = {};  ///< default true; optax: false
  double momentum_start = 0.95;
  double momentum_peak = 0.85;              ///< at the peak rate
  std::optional<double> momentum_end = {};  ///< default: `momentum_start`

  static constexpr std::string_view name = "one_cycle";
  static constexpr std::string_view summary =
      "up once to the peak rate, down to almost nothing; momentum the other way";
  static constexpr std::string_view source =
      "Smith, arXiv 1708.07120, 1803.09820; fastai 2, 1 and 0.7; PyTorch, OneCycleLR; optax";
  static constexpr auto fields();

  /// Throws a usage error for options that the convention does not have.
  void check() const;
  [[nodiscard]] Values at(Position position) const;
  /// The one cycle ends with the run.
  [[nodiscard]] static Iterations cycle_ends(std::int64_t total) { return {total}; }
};

constexpr auto OneCycle::fields() {
  using P = OneCycle;
  return std::tuple{
      field("convention", &P::convention, "choice", "whose 1cycle"),
      field("pct_start", &P::pct_start, "fraction", "part of the run spent rising", kFraction,
            "0.25 (fastai2), 0.125 (fastai07), 0.3 (fastai1, torch, optax)"),
      field("div", &P::div, "factor", "the first rate is peak/div", kPositive,
            "25; 4 (fastai07), 10 (fastai07_beta, smith)"),
      field("div_final", &P::div_final, "factor",
            "the last rate is peak/div_final (fastai2, fastai1) or peak/(div*div_final)", kPositive,
            "1e5 (fastai2), div*1e4 (fastai1), 1e4 (torch, optax), 100 (fastai07_beta), 1000 "
            "(smith)"),
      field("shape", &P::shape, "choice", "the curve between the corners", kAnyNumber,
            "cosine; linear (fastai07, fastai07_beta, smith)"),
      field("three_phase", &P::three_phase, "yes/no",
            "torch: fall to peak/div as long as it rose, then to the end"),
      field("pct_final", &P::pct_final, "fraction", "where the last, lowest stretch begins",
            kFraction, "0.85 (optax linear), 0.9 (fastai07_beta, smith)"),
      field("cycle_momentum", &P::cycle_momentum, "yes/no", "move momentum against the rate",
            kAnyNumber, "true; false (optax)"),
      field("momentum_start", &P::momentum_start, "momentum", "at the first rate", kMomentum),
      field("momentum_peak", &P::momentum_peak, "momentum", "at the peak rate", kMomentum),
      field("momentum_end", &P::momentum_end, "momentum", "at the end", kMomentum,
            "momentum_start")};
}

}  // namespace onecycle
