// Fine-tuning a pretrained model: the head first, then everything.
#pragma once

#include <array>
#include <cstdint>

#include "onecycle/train/learner.h"

namespace onecycle {

/// Options of `fine_tune_fits`. Source: fastai v2, `Learner.fine_tune`.
struct FineTuneOptions {
  std::int64_t epochs = 1;         ///< with all groups
  double base_lr = 2e-3;           ///< peak rate of the head while the body is frozen
  std::int64_t freeze_epochs = 1;  ///< with the head alone
  double lr_mult = 100.0;          ///< the first group's rate is this part of the head's afterwards
  OneCycle frozen = {.pct_start = 0.99};
  OneCycle unfrozen = {.pct_start = 0.3, .div = 5.0};
  Callbacks callbacks = {};  ///< of both fits
};

/// The two fits, to be made one after the other: with all groups but the last frozen, 1cycle to
/// `base_lr` (a tenth of it for the other groups, which matters to norms that go on training); then
/// with all groups, to rates from base_lr / 2 / lr_mult to base_lr / 2. Throws a usage error for
/// options out of range.
std::array<FitOptions, 2> fine_tune_fits(const FineTuneOptions& options);

/// Makes both. The result is the second one's, or the first one's if it did not come to its end.
FitResult fine_tune(Learner& learner, const FineTuneOptions& options);

}  // namespace onecycle
