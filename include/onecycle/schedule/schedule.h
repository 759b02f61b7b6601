// A schedule: any policy, or a composition of schedules, as a function of the position in a run.
#pragma once

#include <cmath>
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// A policy is an aggregate whose members are its options. It has
/// - `static constexpr std::string_view name`, `summary` (one line) and `source` (paper or peer),
/// - `static constexpr auto fields()`: a tuple of `Field`, one a member,
/// - `Values at(Position) const`: pure; asked only for iterations 0 to total,
/// - optionally `void check() const`: throws a usage error for options that exclude one another.
template <class P>
concept Policy = requires(const P policy, Position position) {
  { P::name } -> std::convertible_to<std::string_view>;
  { P::summary } -> std::convertible_to<std::string_view>;
  { P::source } -> std::convertible_to<std::string_view>;
  P::fields();
  { policy.at(position) } -> std::same_as<Values>;
};

namespace detail {
/// What a schedule can do, whatever it is made of.
class AnySchedule {
 public:
  AnySchedule() = default;
  AnySchedule(const AnySchedule&) = delete;
  AnySchedule& operator=(const AnySchedule&) = delete;
  virtual ~AnySchedule() = default;
  [[nodiscard]] virtual Values at(Position position) const = 0;
  [[nodiscard]] virtual std::string text() const = 0;
};

std::string policy_text(std::string_view name, const std::vector<Setting>& settings);

template <Policy P>
std::vector<Setting> settings_of(const P& policy) {
  std::vector<Setting> settings;
  std::apply(
      [&](const auto&... field) {
        (settings.push_back({std::string(field.name), print_value(policy.*field.member)}), ...);
      },
      P::fields());
  return settings;
}

template <Policy P>
class PolicySchedule final : public AnySchedule {
 public:
  explicit PolicySchedule(P policy) : policy_(std::move(policy)) {
    std::apply([&](const auto&... field) { (check_field(policy_, field), ...); }, P::fields());
    if constexpr (requires { policy_.check(); }) {
      policy_.check();
    }
  }
  [[nodiscard]] Values at(Position position) const override { return policy_.at(position); }
  [[nodiscard]] std::string text() const override {
    return policy_text(P::name, settings_of(policy_));
  }

 private:
  P policy_;
};
}  // namespace detail

/// A `const` function of the position in a run. It keeps no state: resuming needs the iteration
/// alone, and a plot needs no model. Copies share what they point at, which never changes.
class Schedule {
 public:
  /// Takes any policy: `Schedule s = OneCycle{.pct_start = 0.3};`. Throws a usage error if an
  /// option is out of its range or options exclude one another.
  template <Policy P>
  Schedule(P policy)  // NOLINT(google-explicit-constructor): a policy is a schedule
      : self_(std::make_shared<detail::PolicySchedule<P>>(std::move(policy))) {}

  explicit Schedule(std::shared_ptr<const detail::AnySchedule> self) : self_(std::move(self)) {}

  /// The values in force while update `iteration` of `total` runs. `iteration == total` gives what
  /// stands after the last update; beyond, that value is held. The rate is a finite factor >= 0.
  /// Throws a usage error if the iteration is negative or the total less than 1, or if options are
  /// so large or small that the factor overflows.
  [[nodiscard]] Values at(std::int64_t iteration, std::int64_t total) const {
    if (iteration < 0 || total < 1) [[unlikely]] {
      refuse(iteration, total);
    }
    const Values values = self_->at({iteration < total ? iteration : total, total});
    if (!std::isfinite(values.lr) || values.lr < 0.0) [[unlikely]] {
      refuse(values.lr);
    }
    return values;
  }

  /// The schedule in the notation that `parse_schedule` reads, every option spelled out.
  [[nodiscard]] std::string text() const { return self_->text(); }

 private:
  [[noreturn]] static void refuse(std::int64_t iteration, std::int64_t total);
  [[noreturn]] static void refuse(double factor);

  std::shared_ptr<const detail::AnySchedule> self_;
};

}  // namespace onecycle
