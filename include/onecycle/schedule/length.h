// How long something lasts: a share of the run, or a number of iterations.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onecycle {

/// A share of a run (`5%`) or a number of iterations (`100`; a period may have a fraction, as in
/// `2.4`). Inside a composition a share is one of the part's own stretch. In a sequence, `rest` is
/// all that the other parts leave.
class Length {
 public:
  /// `rest`.
  constexpr Length() = default;
  /// `fraction` in [0, 1].
  static constexpr Length share(double fraction) { return percent(100.0 * fraction); }
  /// `amount` in [0, 100].
  static constexpr Length percent(double amount) { return {Unit::percent, amount}; }
  static constexpr Length iterations(double count) { return {Unit::iterations, count}; }
  static constexpr Length rest() { return {}; }

  static constexpr std::string_view accepts = "iterations, or a share such as 10%";
  /// Reads what `text` writes, `rest` excepted: a finite number that is not negative, followed by
  /// `%` (then at most 100) or nothing.
  static std::optional<Length> parse(std::string_view text);

  [[nodiscard]] constexpr bool is_rest() const { return unit_ == Unit::rest; }
  [[nodiscard]] constexpr bool is_share() const { return unit_ == Unit::percent; }
  /// Per cent, or iterations.
  [[nodiscard]] constexpr double amount() const { return amount_; }

  /// In iterations of a run of `total`; 0 for `rest`.
  [[nodiscard]] double of(std::int64_t total) const {
    // Not amount / 100 first: 30 % of 100 must be 30, to the last digit.
    return is_share() ? amount_ * static_cast<double>(total) / 100.0 : amount_;
  }
  /// The same, rounded.
  [[nodiscard]] std::int64_t whole(std::int64_t total) const {
    // All of the longest run is more than a double tells from one more.
    return is_share() && amount_ >= 100.0 ? total : std::llround(of(total));
  }

  [[nodiscard]] std::string text() const;

  constexpr bool operator==(const Length&) const = default;

 private:
  enum class Unit { percent, iterations, rest };
  constexpr Length(Unit unit, double amount) : unit_(unit), amount_(amount) {}
  Unit unit_ = Unit::rest;
  double amount_ = 0.0;
};

}  // namespace onecycle
