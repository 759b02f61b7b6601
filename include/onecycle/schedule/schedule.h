// A schedule: any policy, or a composition of schedules, as a function of the position in a run.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/outline.h"
#include "onecycle/schedule/values.h"

namespace onecycle {

/// A policy is an aggregate whose members are its options. It has
/// - `static constexpr std::string_view name`, `summary` (one line) and `source` (paper or peer),
/// - `static constexpr auto fields()`: a tuple of `Field`, one a member,
/// - `Values at(Position) const`: pure; asked only for iterations 0 to total,
/// and where it has something to say
/// - `void check() const`: throws a usage error for options that exclude one another,
/// - `void check(std::int64_t total) const`: the same for runs of that length,
/// - `Iterations cycle_ends(std::int64_t total) const` and `Iterations jumps(std::int64_t total)
///   const`: see `Schedule`,
/// - `Values continued(Position, double lr) const`: `at`, where the schedule before it in a
/// sequence
///   stopped at `lr`,
/// - `std::optional<double> floor(Position) const`: see `Schedule`.
template <class P>
concept Policy = requires(const P policy, Position position) {
  { P::name } -> std::convertible_to<std::string_view>;
  { P::summary } -> std::convertible_to<std::string_view>;
  { P::source } -> std::convertible_to<std::string_view>;
  P::fields();
  { policy.at(position) } -> std::same_as<Values>;
};

/// Indices of iterations, rising.
using Iterations = std::vector<std::int64_t>;

namespace detail {
/// What a schedule can do, whatever it is made of.
class AnySchedule {
 public:
  AnySchedule() = default;
  AnySchedule(const AnySchedule&) = delete;
  AnySchedule& operator=(const AnySchedule&) = delete;
  virtual ~AnySchedule() = default;
  [[nodiscard]] virtual Values at(Position position) const = 0;
  [[nodiscard]] virtual Outline outline() const = 0;
  [[nodiscard]] virtual Values continued(Position position, double /*lr*/) const {
    return at(position);
  }
  [[nodiscard]] virtual Iterations cycle_ends(std::int64_t /*total*/) const { return {}; }
  [[nodiscard]] virtual Iterations jumps(std::int64_t /*total*/) const { return {}; }
  [[nodiscard]] virtual std::optional<double> floor(Position /*position*/) const { return {}; }
  [[nodiscard]] virtual std::vector<std::string> others() const { return {}; }
  virtual void check(std::int64_t /*total*/) const {}
};

template <class P>
std::vector<Setting> settings_of(const P& policy) {
  std::vector<Setting> settings;
  const auto add = [&](const auto& field) {
    if (std::string value = print_value(policy.*field.member); value != "auto") {
      settings.push_back({std::string(field.name), std::move(value)});
    }
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, P::fields());
  return settings;
}

template <Policy P>
class PolicySchedule final : public AnySchedule {
 public:
  explicit PolicySchedule(P policy) : policy_(checked(std::move(policy))) {
    if constexpr (requires { policy_.check(); }) {
      policy_.check();
    }
  }
  [[nodiscard]] Values at(Position position) const override { return policy_.at(position); }
  [[nodiscard]] Outline outline() const override {
    return {.name = std::string(P::name), .settings = settings_of(policy_)};
  }
  [[nodiscard]] Values continued(Position position, double lr) const override {
    if constexpr (requires { policy_.continued(position, lr); }) {
      return policy_.continued(position, lr);
    } else {
      return policy_.at(position);
    }
  }
  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const override {
    if constexpr (requires { policy_.cycle_ends(total); }) {
      return policy_.cycle_ends(total);
    } else {
      return {};
    }
  }
  [[nodiscard]] Iterations jumps(std::int64_t total) const override {
    if constexpr (requires { policy_.jumps(total); }) {
      return policy_.jumps(total);
    } else {
      return {};
    }
  }
  [[nodiscard]] std::optional<double> floor(Position position) const override {
    if constexpr (requires { policy_.floor(position); }) {
      return policy_.floor(position);
    } else {
      return {};
    }
  }
  void check(std::int64_t total) const override {
    if constexpr (requires { policy_.check(total); }) {
      policy_.check(total);
    }
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
    const Position position = placed(iteration, total);
    Values values = self_->at(position);
    check_factor(values.lr, position);
    return values;
  }

  /// The same as the next part of a sequence whose part before stopped at the factor `lr`.
  [[nodiscard]] Values continued(std::int64_t iteration, std::int64_t total, double lr) const {
    const Position position = placed(iteration, total);
    Values values = self_->continued(position, lr);
    check_factor(values.lr, position);
    return values;
  }

  /// How many updates have run when each cycle ends, in (0, total]: where the rate is at its low,
  /// and where averages and snapshots take the weights. A cycle that the run cuts off has no end.
  [[nodiscard]] Iterations cycle_ends(std::int64_t total) const { return self_->cycle_ends(total); }

  /// The iterations in (0, total] whose rate does not follow smoothly from that of the one before:
  /// restarts and steps.
  [[nodiscard]] Iterations jumps(std::int64_t total) const { return self_->jumps(total); }

  /// Throws a usage error that says why if a run of `total` iterations cannot do what the schedule
  /// says: a warm-up longer than the run, growth beyond all numbers. `at` answers all the same.
  void check(std::int64_t total) const;

  /// The names of the hyper-parameters in `Values::others`.
  [[nodiscard]] std::vector<std::string> others() const { return self_->others(); }

  /// The factor that chains (see compose.h) leave alone when they multiply. Nothing as long as that
  /// makes no difference: it is 0, and up to `position` the schedule did not come back from it.
  [[nodiscard]] std::optional<double> floor(Position position) const {
    return self_->floor(position);
  }

  /// Whether both are the same object, and so say the same everywhere.
  [[nodiscard]] bool is(const Schedule& other) const { return self_ == other.self_; }

  /// What it is made of.
  [[nodiscard]] Outline outline() const { return self_->outline(); }

  /// The schedule in the notation that `parse_schedule` reads, every option spelled out.
  [[nodiscard]] std::string text() const { return notation(outline()); }

 private:
  static Position placed(std::int64_t iteration, std::int64_t total) {
    if (iteration < 0 || total < 1) [[unlikely]] {
      refuse(iteration, total);
    }
    return {iteration < total ? iteration : total, total};
  }
  static void check_factor(double lr, Position position) {
    if (!std::isfinite(lr) || lr < 0.0) [[unlikely]] {
      refuse(lr, position.iteration, position.total);
    }
  }
  [[noreturn]] static void refuse(std::int64_t iteration, std::int64_t total);
  [[noreturn]] static void refuse(double factor, std::int64_t iteration, std::int64_t total);

  std::shared_ptr<const detail::AnySchedule> self_;
};

}  // namespace onecycle
