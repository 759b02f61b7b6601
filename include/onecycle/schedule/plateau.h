// Cuts the rates when a metric, such as the loss on the validation set, no longer gets better.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "onecycle/schedule/cut_rates.h"
#include "onecycle/schedule/field.h"

namespace onecycle {

/// Which way is better: down, as for losses, or up, as for accuracies.
enum class PlateauMode { min, max };
constexpr std::array<std::string_view, 2> names_of(PlateauMode) { return {"min", "max"}; }

/// What a metric must reach to count as better than the best so far, with `threshold` as t (in mode
/// max with + for -):
enum class PlateauThreshold {
  rel,       ///< best * (1 - t), PyTorch's; looser instead of stricter where the best is negative
  abs,       ///< best - t
  magnitude  ///< best - t |best|: as `rel` for positive numbers, and as strict for negative ones
};
constexpr std::array<std::string_view, 3> names_of(PlateauThreshold) {
  return {"rel", "abs", "magnitude"};
}

/// Options of `ReduceOnPlateau`. Source: PyTorch, `ReduceLROnPlateau`, and its defaults.
struct ReduceOnPlateauOptions {
  /// What is reported: `loss`, or the name of a metric. `ReduceOnPlateau` itself is told numbers
  /// and does not ask; it is for whoever reports them.
  std::string metric = "loss";
  PlateauMode mode = PlateauMode::min;
  double factor = 0.1;         ///< a cut multiplies the rate, in [0, 1)
  std::int64_t patience = 10;  ///< bad reports in a row that are borne; the next one cuts
  double threshold = 1e-4;
  PlateauThreshold threshold_mode = PlateauThreshold::rel;
  std::int64_t cooldown = 0;  ///< reports after a cut that do not count as bad
  MinRates min_lr = 0.0;      ///< of the rates before a schedule multiplies them
  double eps = 1e-8;          ///< cuts by this much or less are left out

  static constexpr std::string_view name = "reduce_on_plateau";
  static constexpr std::string_view summary =
      "cut the rate when the validation loss or a metric no longer gets better";
  static constexpr std::string_view source = "PyTorch, ReduceLROnPlateau";
  static constexpr auto fields();
};

/// All that a `ReduceOnPlateau` remembers.
struct ReduceOnPlateauState {
  double best = 0.0;     ///< the best report so far; at first infinite, or -infinite in mode max
  std::int64_t bad = 0;  ///< bad reports in a row
  std::int64_t cooldown = 0;  ///< reports that will not count as bad
  std::int64_t cuts = 0;
  std::vector<double> rates = {};  ///< one a group
};

/// PyTorch's rule, number for number. On each report, in this order:
/// 1. A metric that is better than the best by the threshold becomes the best, and the count of bad
///    reports starts anew; any other, NaN too, is a bad one.
/// 2. While a cooldown lasts it gets shorter by one, and no report counts as bad.
/// 3. More than `patience` bad reports in a row: every rate becomes max(rate * factor, min_lr),
///    unless that is lower by `eps` or less; the cooldown and a new count begin.
class ReduceOnPlateau {
 public:
  /// `peaks`: the rates to start from, one a group. Throws a usage error for options out of range
  /// and for a list of lowest rates whose length is not the number of groups.
  ReduceOnPlateau(ReduceOnPlateauOptions options, std::vector<double> peaks);

  /// Takes one value of the metric. True if a rate was cut.
  bool report(double metric);

  [[nodiscard]] const std::vector<double>& rates() const { return rates_.rates(); }
  /// Rate over peak.
  [[nodiscard]] double factor(std::size_t group) const { return rates_.factor(group); }
  [[nodiscard]] double best() const { return best_; }
  [[nodiscard]] std::int64_t bad_reports() const { return bad_; }
  [[nodiscard]] std::int64_t cooldown_left() const { return cooldown_; }
  [[nodiscard]] std::int64_t cuts() const { return cuts_; }

  [[nodiscard]] ReduceOnPlateauState state() const {
    return {best_, bad_, cooldown_, cuts_, rates()};
  }
  /// Throws a checkpoint error if the state has another number of groups.
  void restore(const ReduceOnPlateauState& state);

 private:
  [[nodiscard]] bool is_better(double metric) const;

  ReduceOnPlateauOptions options_;
  CutRates rates_;
  double best_;
  std::int64_t bad_ = 0;
  std::int64_t cooldown_ = 0;
  std::int64_t cuts_ = 0;
};

constexpr auto ReduceOnPlateauOptions::fields() {
  using P = ReduceOnPlateauOptions;
  constexpr Range kShrinks{.low = 0.0, .high = 1.0, .high_open = true};
  return std::tuple{
      Field<P, std::string>{"metric", &P::metric, "name", "loss (of validation), or a metric"},
      Field<P, PlateauMode>{"mode", &P::mode, "choice", "which way is better"},
      Field<P, double>{"factor", &P::factor, "factor", "a cut multiplies the rate", kShrinks},
      Field<P, std::int64_t>{"patience", &P::patience, "reports",
                             "bad ones in a row that are borne; the next one cuts", kNotNegative},
      Field<P, double>{"threshold", &P::threshold, "as its mode says",
                       "how much better counts as better", kAnyNumber},
      Field<P, PlateauThreshold>{"threshold_mode", &P::threshold_mode, "choice",
                                 "a part of the best, a difference, or a part of its magnitude"},
      Field<P, std::int64_t>{"cooldown", &P::cooldown, "reports",
                             "after a cut that do not count as bad", kNotNegative},
      Field<P, MinRates>{"min_lr", &P::min_lr, "rate", "the lowest, before the policy's factor"},
      Field<P, double>{"eps", &P::eps, "rate", "cuts by this much or less are left out",
                       kNotNegative}};
}

}  // namespace onecycle
