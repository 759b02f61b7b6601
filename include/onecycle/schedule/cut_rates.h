// What schedules driven by losses hold: rates that only go down, by a factor at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// The lowest rates that cuts lead to: one for all groups, or one a group, group 0 nearest the
/// input.
class MinRates {
 public:
  /// Throws a usage error unless it is finite and 0 or above.
  MinRates(double rate = 0.0);  // NOLINT(google-explicit-constructor): one rate is the common case
  static MinRates list(std::vector<double> rates);

  /// What `parse` reads, in words.
  static constexpr std::string_view accepts = "a number >= 0, or one a group: 1e-05/0.0001";
  /// `X`, or `A/B/C` with one rate a group; nothing if the text is neither.
  static std::optional<MinRates> parse(std::string_view text);
  /// In the notation that `parse` reads.
  [[nodiscard]] std::string text() const;

  /// The rate of each of `groups` groups. Throws a usage error if a list has another length.
  [[nodiscard]] std::vector<double> for_groups(std::size_t groups) const;

 private:
  std::vector<double> rates_;  // one for all, or `listed_` and one a group
  bool listed_ = false;
};

/// The rates of the groups, from their peaks downwards.
class CutRates {
 public:
  /// Throws a usage error if there are no peaks, one is not finite and above 0, or `min_lr` has
  /// another number of groups.
  CutRates(std::vector<double> peaks, const MinRates& min_lr);

  /// Makes each rate max(rate * factor, min_lr) where that is lower by more than `eps`. True if any
  /// rate changed.
  bool cut(double factor, double eps);

  [[nodiscard]] const std::vector<double>& rates() const { return rates_; }
  /// Rate over peak: what to multiply a schedule of the group with.
  [[nodiscard]] double factor(std::size_t group) const { return rates_[group] / peaks_[group]; }

  /// Throws a checkpoint error unless there is one rate a group.
  void restore(const std::vector<double>& rates);

 private:
  std::vector<double> peaks_;
  std::vector<double> lowest_;
  std::vector<double> rates_;
};

}  // namespace onecycle
