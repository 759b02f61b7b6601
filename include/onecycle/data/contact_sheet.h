// Many images as one, to look at.
#pragma once

#include <torch/types.h>

#include <cstdint>

namespace onecycle {

struct ContactSheetOptions {
  std::int64_t columns = 8;  ///< images side by side, at least 1
  std::int64_t gap = 2;      ///< grey pixels between and around them, at least 0
  std::int64_t scale = 1;    ///< each pixel becomes a square of this side, at least 1
};

/// `images`: uint8 [n, 1 or 3, height, width], at least one, row by row in one image: uint8
/// [3, ..., ...]. Throws a usage error for another shape or type, or options out of range.
torch::Tensor contact_sheet(const torch::Tensor& images, const ContactSheetOptions& options = {});

}  // namespace onecycle
