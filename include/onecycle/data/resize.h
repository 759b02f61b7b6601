// Images of one size from images of many.
#pragma once

#include <torch/types.h>

#include <string>

#include "onecycle/data/image_header.h"

namespace onecycle {

/// What becomes of an image whose sides are in another ratio.
enum class ResizeMethod {
  crop,    ///< scaled until it covers the size; what juts out on two sides is cut off equally
  squish,  ///< height and width are scaled each on its own
  pad      ///< scaled until it fits into the size; two black bands of equal width fill it up
};

/// `crop`, `squish` or `pad`.
std::string to_string(ResizeMethod method);
/// The method of that name. Throws a usage error that lists them.
ResizeMethod resize_method(const std::string& name);

/// Resizes an image, uint8 [channels, height, width], to uint8 [channels, size.height, size.width],
/// which lies in memory as [height, width, channels]. Bilinear with antialiasing, as Pillow does,
/// but for a difference of 1. Shares memory if there is nothing to do. Throws a usage error for
/// another type or shape or a side below 1.
torch::Tensor resize_image(const torch::Tensor& image, ImageSize size,
                           ResizeMethod method = ResizeMethod::crop);

}  // namespace onecycle
