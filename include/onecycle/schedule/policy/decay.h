// Policies that multiply the rate by the same number again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// gamma^floor(t / size).
struct Step {
  Length size = Length::share(1.0 / 3.0);
  double gamma = 0.1;

  static constexpr std::string_view name = "step";
  static constexpr std::string_view summary = "multiplied by gamma every so often";
  static constexpr std::string_view source = "PyTorch, StepLR; timm, StepLRScheduler";
  static constexpr auto fields() {
    return std::tuple{
        field("size", &Step::size, "length", "from one step to the next", kSomeLength),
        field("gamma", &Step::gamma, "factor", "of each step", kPositive)};
  }

  [[nodiscard]] Values at(Position position) const;
  [[nodiscard]] Iterations jumps(std::int64_t total) const;
};

/// gamma to the number of milestones at or before t; one that is listed twice counts twice.
struct MultiStep {
  std::vector<Length> milestones = {Length::share(0.5), Length::share(0.75)};
  double gamma = 0.1;

  static constexpr std::string_view name = "multi_step";
  static constexpr std::string_view summary = "multiplied by gamma at each milestone";
  static constexpr std::string_view source =
      "PyTorch, MultiStepLR; He et al., arXiv 1512.03385 (at half and three quarters)";
  static constexpr auto fields() {
    return std::tuple{
        field("milestones", &MultiStep::milestones, "lengths", "where the steps are", kNotNegative),
        field("gamma", &MultiStep::gamma, "factor", "of each step", kPositive)};
  }

  [[nodiscard]] Values at(Position position) const;
  [[nodiscard]] Iterations jumps(std::int64_t total) const;
  /// Every milestone must lie in the run.
  void check(std::int64_t total) const;
};

/// gamma^(t / every), with `staircase` gamma^floor(t / every); never beyond `end`.
struct ExponentialDecay {
  double gamma = 0.5;
  Length every = Length::share(0.1);
  bool staircase = false;
  std::optional<double> end = {};  ///< a bound: below if gamma < 1, above if gamma > 1

  static constexpr std::string_view name = "exponential_decay";
  static constexpr std::string_view summary = "multiplied by gamma every so often, smoothly";
  static constexpr std::string_view source =
      "PyTorch, ExponentialLR (every=1); optax, exponential_decay";
  static constexpr auto fields() {
    return std::tuple{
        field("gamma", &ExponentialDecay::gamma, "factor", "of each stretch", kPositive),
        field("every", &ExponentialDecay::every, "length", "of a stretch", kSomeLength),
        field("staircase", &ExponentialDecay::staircase, "yes/no", "all at once at its end"),
        field("end", &ExponentialDecay::end, "factor", "of the peak rate, not passed", kNotNegative,
              "none")};
  }

  [[nodiscard]] Values at(Position position) const;
  [[nodiscard]] Iterations jumps(std::int64_t total) const;
};

}  // namespace onecycle
