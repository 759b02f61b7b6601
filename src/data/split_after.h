// The parts of a data set whose examples for training stand first.
#pragma once

#include <cstdint>
#include <numeric>

#include "onecycle/data/split.h"

namespace onecycle {

/// The first `training` of `all` examples, and the rest for validation.
inline SplitIndices split_after(std::int64_t training, std::int64_t all) {
  SplitIndices parts;
  parts.train.resize(static_cast<std::size_t>(training));
  parts.valid.resize(static_cast<std::size_t>(all - training));
  std::iota(parts.train.begin(), parts.train.end(), std::int64_t{0});
  std::iota(parts.valid.begin(), parts.valid.end(), training);
  return parts;
}

}  // namespace onecycle
