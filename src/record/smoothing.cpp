#include "onecycle/record/smoothing.h"

#include "onecycle/core/error.h"

namespace onecycle {

Smoother::Smoother(Smoothing smoothing) : smoothing_(smoothing) {
  require(smoothing.beta >= 0.0 && smoothing.beta < 1.0, ErrorKind::usage,
          "smoothing: beta: expected a weight of the past in [0, 1), got ", smoothing.beta);
}

double Smoother::add(double x) {
  const double beta = smoothing_.beta;
  const bool first = count_++ == 0;
  if (smoothing_.kind == SmoothingKind::from_first) {
    // Without a past there is nothing to poison: 0 times NaN would.
    return mean_ = first || beta == 0.0 ? x : beta * mean_ + (1.0 - beta) * x;
  }
  mean_ = beta * mean_ + (1.0 - beta) * x;
  weight_of_past_ *= beta;
  const double counted =
      smoothing_.kind == SmoothingKind::lightning ? weight_of_past_ * beta : weight_of_past_;
  return mean_ / (1.0 - counted);
}

}  // namespace onecycle
