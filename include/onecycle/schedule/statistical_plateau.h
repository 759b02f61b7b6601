// Cuts the rates when the training loss has probably stopped falling.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "onecycle/schedule/cut_rates.h"
#include "onecycle/schedule/field.h"

namespace onecycle {

/// Options of `StatisticalPlateau`. Source: dlib's `dnn_trainer`, and its
/// defaults (see also schedule/trend.h).
struct StatisticalPlateauOptions {
  double factor = 0.1;                              ///< a cut multiplies the rate, in [0, 1)
  std::int64_t iterations_without_progress = 2000;  ///< that are borne, and remembered; at least 3
  double probability = 0.51;  ///< of falling losses; below it there is no progress
  double discard = 0.1;       ///< the part of the losses that the second look leaves out
  MinRates min_lr = 0.0;      ///< of the rates before a schedule multiplies them

  static constexpr std::string_view name = "statistical";
  static constexpr std::string_view summary =
      "cut the rate when the training loss has probably stopped falling";
  static constexpr std::string_view source =
      "dlib, dnn_trainer; D. King, Automatic Learning Rate Scheduling That Really Works, 2018";
  static constexpr auto fields();
};

/// All that a `StatisticalPlateau` remembers.
struct StatisticalPlateauState {
  std::int64_t unchecked = 0;  ///< losses since the last look
  std::int64_t cuts = 0;
  std::vector<double> rates = {};   ///< one a group
  std::vector<double> losses = {};  ///< since the last cut, at most `iterations_without_progress`
};

/// Remembers the training losses of the last `iterations_without_progress` iterations. When neither
/// all of them nor all but the highest fall with at least the given probability, every rate becomes
/// max(rate * factor, min_lr), and the memory starts anew: so cuts are at least that many
/// iterations apart. It looks once every `iterations_per_look` iterations, since a look costs as
/// much as there are losses. Losses that are not finite are passed over: they are neither progress
/// nor its lack.
class StatisticalPlateau {
 public:
  /// `peaks`: the rates to start from, one a group. Throws a usage error for options out of range
  /// and for a list of lowest rates whose length is not the number of groups.
  StatisticalPlateau(StatisticalPlateauOptions options, std::vector<double> peaks);

  /// Takes the loss of one iteration. True if a rate was cut.
  bool report(double loss);

  /// A hundredth of the memory, at least 1.
  [[nodiscard]] std::int64_t iterations_per_look() const;
  [[nodiscard]] const std::vector<double>& rates() const { return rates_.rates(); }
  /// Rate over peak.
  [[nodiscard]] double factor(std::size_t group) const { return rates_.factor(group); }
  [[nodiscard]] std::int64_t cuts() const { return cuts_; }
  /// What is remembered, oldest first.
  [[nodiscard]] std::span<const double> losses() const;

  [[nodiscard]] StatisticalPlateauState state() const;
  /// Throws a checkpoint error if the state has another number of groups. Of more losses than are
  /// remembered the last ones count.
  void restore(const StatisticalPlateauState& state);

 private:
  [[nodiscard]] bool has_progress() const;

  StatisticalPlateauOptions options_;
  CutRates rates_;
  std::vector<double> losses_;  // the last of them are the memory
  std::int64_t unchecked_ = 0;
  std::int64_t cuts_ = 0;
};

constexpr auto StatisticalPlateauOptions::fields() {
  using P = StatisticalPlateauOptions;
  constexpr Range kShrinks{.low = 0.0, .high = 1.0, .high_open = true};
  return std::tuple{
      Field<P, double>{"factor", &P::factor, "factor", "a cut multiplies the rate", kShrinks},
      Field<P, std::int64_t>{"iterations_without_progress",
                             &P::iterations_without_progress,
                             "iterations",
                             "that are borne, and at least so many between cuts",
                             {.low = 3.0, .high = 1e9}},
      Field<P, double>{"probability", &P::probability, "fraction",
                       "of falling losses; below it there is no progress", kFraction},
      Field<P, double>{"discard", &P::discard, "fraction",
                       "of the losses, the highest, that the second look leaves out", kFraction},
      Field<P, MinRates>{"min_lr", &P::min_lr, "rate", "the lowest, before the policy's factor"}};
}

}  // namespace onecycle
