// Frozen layer groups, and the plan by which they thaw.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "onecycle/model/model.h"

namespace onecycle {

/// What becomes of normalisation layers (batch, instance and layer norm) in frozen groups.
enum class FrozenNorms {
  train,  ///< their weights and running statistics go on being trained (fastai's `train_bn`): the
          ///< statistics of new data are not those of the old
  stay    ///< their weights are frozen, and they normalise with the statistics they have
};

/// Which groups are frozen, epoch by epoch of a fit.
struct FreezePlan {
  /// As `Learner::freeze_to` counts; not given: as the model is, or with `unfreeze_at` all but the
  /// head.
  std::optional<std::int64_t> freeze_to = {};
  /// Epochs, from 0 and ascending, before which the next group thaws, from the head towards the
  /// input (gradual unfreezing; Howard & Ruder 1801.06146). The last one thaws all that are left.
  std::vector<std::int64_t> unfreeze_at = {};

  /// Whether it says anything.
  [[nodiscard]] bool any() const { return freeze_to || !unfreeze_at.empty(); }
  /// Throws a usage error for groups that are not there, epochs that do not ascend or lie outside
  /// of a fit of `epochs`, and more of them than groups are frozen.
  void check(std::size_t groups, std::int64_t epochs) const;
  /// How many groups, from the input side, are frozen during `epoch`. Needs `any()`.
  [[nodiscard]] std::int64_t frozen(std::int64_t epoch, std::size_t groups) const;
};

/// The number of frozen groups that `freeze_to` asks for: groups before it; negative: counted from
/// the end. Throws a usage error outside of [-groups, groups).
std::int64_t frozen_by(std::int64_t freeze_to, std::size_t groups);

/// Makes the parameters of the first `count` groups of `model` want no gradient, all others want
/// one.
void freeze_groups(Model& model, std::int64_t count, FrozenNorms norms);

/// Puts the model into train mode, but for frozen norms that are to stay.
void train_mode(Model& model, std::int64_t frozen, FrozenNorms norms);

}  // namespace onecycle
