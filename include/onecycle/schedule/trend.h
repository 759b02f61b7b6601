// Whether noisy losses are falling, as a probability.
#pragma once

#include <cstdint>
#include <span>

namespace onecycle {

/// The probability, in [0, 1], that the line under noisy losses falls. The line is the
/// least-squares fit of the losses on their index 0 ... n - 1; with its slope b and the sum R of
/// its squared residuals,
///
///     standard error of b = sqrt(R / (n - 2) * 12 / (n^3 - n)),   probability = Phi(-b / error),
///
/// Phi being the standard normal distribution function. Losses that are not finite are left out as
/// if they had not been. 0.5 where fewer than three are left, or all are equal.
/// Sources: dlib, `statistics/running_gradient.h`, `probability_gradient_less_than`; D. King,
/// "Automatic Learning Rate Scheduling That Really Works", blog.dlib.net, 2018.
double probability_falling(std::span<const double> losses);

/// For how many of the last iterations it has not been sure that the losses fall: the largest n
/// such that the last n losses (at least three) fall with less than `probability`; 0 if there is no
/// such n. Source: dlib, `count_steps_without_decrease`.
std::int64_t steps_without_decrease(std::span<const double> losses, double probability = 0.51);

/// Options of `steps_without_decrease_robust`.
struct RobustOptions {
  double probability = 0.51;
  double discard = 0.1;  ///< the part of the losses that is not looked at, in [0, 1]: the highest
};

/// The same without the highest losses: those above the loss at place round((n - 1)(1 - discard))
/// in ascending order, from 0, are passed over, but their iterations count. So a short disturbance,
/// after which the losses come down again, is not taken for a plateau.
/// Source: dlib, `count_steps_without_decrease_robust`.
std::int64_t steps_without_decrease_robust(std::span<const double> losses,
                                           RobustOptions options = {});

}  // namespace onecycle
