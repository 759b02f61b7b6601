// What is drawn for one image.
#pragma once

#include <cstdint>

#include "onecycle/core/random.h"
#include "onecycle/data/augment.h"

namespace onecycle {

/// A rectangle of pixels.
struct PixelBox {
  std::int64_t top = 0;
  std::int64_t left = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;

  bool operator==(const PixelBox&) const = default;
};

/// How one image is changed.
struct ImageDraw {
  PixelBox piece;         ///< of the image, stretched to its size
  std::int64_t down = 0;  ///< by how many pixels the view moves
  std::int64_t right = 0;
  bool flip = false;
  double brightness = 0.5;
  double contrast = 1.0;
  PixelBox cut;  ///< of the result
};

/// Draws for an image of the given size, always in the same order.
ImageDraw draw_image(const AugmentOptions& options, std::int64_t height, std::int64_t width,
                     Random& random);

/// A number from Beta(alpha, alpha).
double draw_beta(double alpha, Random& random);

}  // namespace onecycle
