// Warm-up, stable, decay.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/policy/warmup.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// From `end` up to the peak over `warmup`, the peak, and over `decay`, at the end of the run, down
/// to `end`. Source: Hu et al., arXiv 2404.06395 (MiniCPM); transformers, get_wsd_schedule.
struct Wsd {
  Length warmup = Length::share(0.05);
  Length decay = Length::share(0.2);
  RampShape warmup_shape = RampShape::linear;
  RampShape decay_shape = RampShape::cosine;
  double end = 0.0;    ///< a factor of the peak; also where the warm-up begins
  double waves = 0.5;  ///< of a cosine decay: 0.5 is one fall, 1.5 falls, rises and falls again

  static constexpr std::string_view name = "wsd";
  static constexpr std::string_view summary = "warm-up, stable, decay";
  static constexpr std::string_view source =
      "Hu et al., arXiv 2404.06395; transformers, get_wsd_schedule";
  static constexpr auto fields() {
    using P = Wsd;
    return std::tuple{
        field("warmup", &P::warmup, "length", "of the rise", kNotNegative),
        field("decay", &P::decay, "length", "of the fall, at the end of the run", kNotNegative),
        field("warmup_shape", &P::warmup_shape, "choice", "the curve of the rise"),
        field("decay_shape", &P::decay_shape, "choice", "the curve of the fall"),
        field("end", &P::end, "factor", "of the peak rate, first and last", kNotNegative),
        field("waves", &P::waves, "count",
              "of a cosine decay: 0.5 falls, 1.5 falls, rises and falls again", kPositive)};
  }

  /// Warm-up and decay must fit into the run.
  void check(std::int64_t total) const;
  [[nodiscard]] Values at(Position position) const;
};

}  // namespace onecycle
