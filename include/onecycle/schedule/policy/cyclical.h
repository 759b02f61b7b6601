// Cyclical learning rates: up and down between two rates, again and again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// How the height of the cycles changes. The factor f of cycle c (from 0), iteration t:
enum class CyclicalMode {
  triangular,   ///< 1
  triangular2,  ///< 1 / 2^c
  exp_range     ///< gamma^t, t from the beginning of the run
};
constexpr std::array<std::string_view, 3> names_of(CyclicalMode) {
  return {"triangular", "triangular2", "exp_range"};
}

/// base + (1 - base) h f, where h goes from 0 to 1 over `step_up` iterations and back over
/// `step_down`; momentum the other way. Source: Smith, arXiv 1506.01186; Keras CLR; PyTorch,
/// CyclicLR.
struct Cyclical {
  CyclicalMode mode = CyclicalMode::triangular;
  double base = 0.25;       ///< the low rate, as a factor of the peak
  std::int64_t cycles = 3;  ///< in the run, each of whole iterations, if `step_up` is not given
  std::optional<Length> step_up = {};
  std::optional<Length> step_down = {};  ///< default `step_up`
  double gamma = 0.999;                  ///< of exp_range
  bool cycle_momentum = true;
  double momentum_start = 0.9;
  double momentum_peak = 0.8;  ///< at the top of a full cycle

  static constexpr std::string_view name = "cyclical";
  static constexpr std::string_view summary =
      "up and down between two rates, again and again; momentum the other way";
  static constexpr std::string_view source =
      "Smith, arXiv 1506.01186; Keras CLR; PyTorch, CyclicLR";
  static constexpr auto fields();

  /// `step_down` needs `step_up`.
  void check() const;
  [[nodiscard]] Values at(Position position) const;
  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const;
};

/// What an own scale function is given.
enum class ScaleBy {
  cycle,     ///< the cycle's number, from 1 (as Keras CLR and PyTorch count)
  iteration  ///< the iteration, from 0
};

/// `policy` with f = `scale(x)` instead of its mode's. Such a schedule cannot be read back from its
/// notation, which says `scale=own`.
Schedule cyclical(const Cyclical& policy, std::function<double(double)> scale,
                  ScaleBy by = ScaleBy::cycle);

constexpr auto Cyclical::fields() {
  using P = Cyclical;
  return std::tuple{
      field("mode", &P::mode, "choice", "how the height of the cycles changes"),
      field("base", &P::base, "factor", "the low rate is base times the peak", kNotNegative),
      field("cycles", &P::cycles, "count", "in the run, if step_up is not given", kCount),
      field("step_up", &P::step_up, "length", "of a rise", kSomeLength, "half a cycle"),
      field("step_down", &P::step_down, "length", "of a fall", kSomeLength, "step_up"),
      field("gamma", &P::gamma, "factor", "exp_range: of the height, each iteration", kPositive),
      field("cycle_momentum", &P::cycle_momentum, "yes/no", "move momentum against the rate"),
      field("momentum_start", &P::momentum_start, "momentum", "at the low rate", kMomentum),
      field("momentum_peak", &P::momentum_peak, "momentum", "at the top of a full cycle",
            kMomentum)};
}

}  // namespace onecycle
