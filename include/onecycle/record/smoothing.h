// Exponential smoothing of a loss: fastai's debiased average, and the averages of other finders.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace onecycle {

/// Whose average. x_k is the number at index k from 0, m <- beta m + (1 - beta) x_k from m = 0.
enum class SmoothingKind {
  debiased,  ///< m / (1 - beta^(k+1)): the first numbers count in full (fastai, sgugger's notebook)
  from_first,  ///< y_0 = x_0, y_k = beta y_(k-1) + (1 - beta) x_k (torch-lr-finder, Ignite)
  lightning    ///< m / (1 - beta^(k+2)): the first value is about half of the first number
};
constexpr std::array<std::string_view, 3> names_of(SmoothingKind) {
  return {"debiased", "from_first", "lightning"};
}

/// How to smooth.
struct Smoothing {
  SmoothingKind kind = SmoothingKind::debiased;
  double beta = 0.98;  ///< weight of the past, in [0, 1); 0 switches smoothing off
};

/// Smooths numbers one after another. A number that is not finite poisons all later values, as it
/// should: nothing after it can be trusted (only `from_first` with beta = 0 passes numbers
/// through).
class Smoother {
 public:
  /// Throws a usage error if beta is outside [0, 1).
  explicit Smoother(Smoothing smoothing = {});

  /// Takes the next number and returns the smoothed value at it.
  double add(double x);

  /// How many numbers it took.
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }

 private:
  Smoothing smoothing_;
  double mean_ = 0.0;
  double weight_of_past_ = 1.0;  // beta^count
  std::int64_t count_ = 0;
};

/// fastai's average. Source: fastai v2, `Recorder` and `AvgSmoothLoss`.
class DebiasedAverage : public Smoother {
 public:
  /// `beta`: weight of the past, in [0, 1); 0.98 is fastai's.
  explicit DebiasedAverage(double beta = 0.98) : Smoother({SmoothingKind::debiased, beta}) {}
};

}  // namespace onecycle
