// The suggestion rules as functions on lists of rates and losses. NaN: no answer.
#pragma once

#include <span>

namespace onecycle::rules {

using Numbers = std::span<const double>;

double valley(Numbers lr, Numbers loss);
double slide(Numbers lr, Numbers loss);
double steep(Numbers lr, Numbers loss);
double minimum(Numbers lr, Numbers loss);
/// The steepest fall per iteration, whatever the rates (fastai v1, torch-lr-finder).
double steepest_fall(Numbers lr, Numbers loss);
double ignite(Numbers lr, Numbers loss);
double lightning(Numbers lr, Numbers loss);
/// A tenth of the last rate before the loss diverges by our `StopRule`.
double before_blow_up(Numbers lr, Numbers loss);

}  // namespace onecycle::rules
