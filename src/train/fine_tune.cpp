#include "onecycle/train/fine_tune.h"

#include <cmath>

#include "onecycle/core/error.h"

namespace onecycle {

std::array<FitOptions, 2> fine_tune_fits(const FineTuneOptions& options) {
  require(std::isfinite(options.lr_mult) && options.lr_mult >= 1.0, ErrorKind::usage,
          "fine-tuning: lr_mult: expected a finite number >= 1, got ", options.lr_mult);
  const double high = options.base_lr / 2.0;
  return {FitOptions{.epochs = options.freeze_epochs,
                     .lr = Rates::tenth(options.base_lr),
                     .schedule = options.frozen,
                     .freeze = {.freeze_to = -1},
                     .callbacks = options.callbacks},
          FitOptions{.epochs = options.epochs,
                     .lr = Rates::range(high / options.lr_mult, high),
                     .schedule = options.unfrozen,
                     .freeze = {.freeze_to = 0},
                     .callbacks = options.callbacks}};
}

FitResult fine_tune(Learner& learner, const FineTuneOptions& options) {
  const auto fits = fine_tune_fits(options);
  learner.check(fits[0]);
  learner.check(fits[1]);
  const FitResult first = learner.fit(fits[0]);
  return first.end == FitResult::End::completed ? learner.fit(fits[1]) : first;
}

}  // namespace onecycle
