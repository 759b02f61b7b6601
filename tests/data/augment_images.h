// Images for tests of augmentation.
#pragma once

#include <ATen/ATen.h>

#include "onecycle/core/random.h"
#include "onecycle/data/augment.h"

namespace onecycle {

/// `n` times the same image, each of whose pixels differs from all others: up to 256 numbers.
inline torch::Tensor same_images(std::int64_t n, std::int64_t channels, std::int64_t height,
                                 std::int64_t width) {
  const torch::Tensor image =
      torch::arange(channels * height * width).view({1, channels, height, width});
  return image.to(torch::kByte).expand({n, channels, height, width}).contiguous();
}

/// x / 255, what images are without statistics.
inline torch::Tensor as_floats(const torch::Tensor& images) {
  return images.to(torch::kFloat).div(255.0F);
}

/// The inputs that an augmentation makes of images.
inline torch::Tensor augmented(const AugmentOptions& options, const torch::Tensor& images,
                               std::uint64_t seed = 1) {
  Random random(seed);
  const torch::Tensor targets = torch::zeros({images.size(0)}, torch::kLong);
  return augment(options)({.inputs = images, .targets = targets}, random).inputs;
}

}  // namespace onecycle
