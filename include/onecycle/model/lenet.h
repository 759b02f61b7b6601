// A small convolutional network in the manner of LeNet-5 that adapts to the size of its images.
#pragma once

#include <cstdint>

#include "onecycle/model/model.h"

namespace onecycle {

struct LenetOptions {
  std::int64_t channels = 1;
  std::int64_t height = 28;  ///< pixels, at least `kLenetMinimum`
  std::int64_t width = 28;   ///< pixels, at least `kLenetMinimum`
  std::int64_t outputs = 10;
};

/// The smallest side of an image: two poolings leave one pixel of it.
inline constexpr std::int64_t kLenetMinimum = 4;

/// Takes N x channels x height x width, returns N x outputs (no softmax). LeNet-5 (LeCun et al.
/// 1998) in its present form: 3x3 convolution, 2x2 max-pooling, batch norm, ReLU, with 32 features,
/// then 64, and again 64 while the map has a side over 8; then 128 hidden units and the outputs.
/// Groups: `stem` (the first stage), `body` (the others), `head` (the linear layers). Convolutions
/// run channels-last. Initialised as PyTorch does, from torch's default generator. Throws a usage
/// error for images that are too small; `forward` throws one for images of another shape.
Model lenet(const LenetOptions& options);

}  // namespace onecycle
