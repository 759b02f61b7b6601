// Peak learning rates: what was asked for, and what it means for each parameter group.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// A request for peak rates, one a group, group 0 nearest the input. Source: fastai, `lr_range`.
class Rates {
 public:
  /// The same rate for every group.
  Rates(double rate);  // NOLINT(google-explicit-constructor): one rate is the common request

  /// Geometric from `low` (first group) to `high` (last group); a single group gets `high`.
  static Rates range(double low, double high);
  /// `high` for the last group, a tenth of it for all others.
  static Rates tenth(double high);
  /// `rate` times one multiplier a group; `for_groups` demands as many groups.
  static Rates multiplied(double rate, std::vector<double> multipliers);
  /// One rate a group, as given; `for_groups` demands as many groups.
  static Rates list(std::vector<double> rates);

  /// Reads `X`, `LO:HI`, `:HI` (a tenth for the earlier groups), `A,B,C` or `X*A,B,C` (multipliers
  /// of X). Throws a usage error
  /// that starts with `what` (such as `--max-lr`) if the text is none of these or a rate is out
  /// of range.
  static Rates parse(std::string_view text, std::string_view what);

  /// The rate of each of `groups` groups. Throws a usage error if a list has another length, or
  /// `groups` is 0.
  [[nodiscard]] std::vector<double> for_groups(std::size_t groups) const;

  /// The rate of the last group, the head.
  [[nodiscard]] double highest() const { return rates_.back(); }

  /// In the notation that `parse` reads.
  [[nodiscard]] std::string text() const;

 private:
  enum class Kind { same, range, tenth, list };
  Rates(Kind kind, std::vector<double> rates);

  Kind kind_;
  std::vector<double> rates_;
};

}  // namespace onecycle
