#include "onecycle/data/resize.h"

#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr std::array kResizeMethods{std::pair(ResizeMethod::crop, "crop"),
                                    std::pair(ResizeMethod::squish, "squish"),
                                    std::pair(ResizeMethod::pad, "pad")};

ImageSize image_size(const torch::Tensor& image) {
  return {.height = image.size(1), .width = image.size(2)};
}

torch::Tensor scale_to(const torch::Tensor& image, ImageSize size) {
  if (image_size(image) == size) {
    return image;
  }
  return at::_upsample_bilinear2d_aa(image.unsqueeze(0), {size.height, size.width},
                                     /*align_corners=*/false)
      .squeeze(0);
}

/// The size of the image `from` after it was scaled so that it fills `to`, or fits into it.
ImageSize scaled_size(ImageSize from, ImageSize to, bool fill) {
  const double height = static_cast<double>(to.height) / static_cast<double>(from.height);
  const double width = static_cast<double>(to.width) / static_cast<double>(from.width);
  const double factor = fill ? std::max(height, width) : std::min(height, width);
  const auto side = [&](std::int64_t length, std::int64_t limit) {
    const auto scaled = std::llround(static_cast<double>(length) * factor);
    return fill ? std::max<std::int64_t>(scaled, limit)
                : std::clamp<std::int64_t>(scaled, 1, limit);
  };
  return {.height = side(from.height, to.height), .width = side(from.width, to.width)};
}

torch::Tensor crop_to(const torch::Tensor& image, ImageSize size) {
  const torch::Tensor scaled = scale_to(image, scaled_size(image_size(image), size, /*fill=*/true));
  return scaled.narrow(1, (scaled.size(1) - size.height) / 2, size.height)
      .narrow(2, (scaled.size(2) - size.width) / 2, size.width);
}

torch::Tensor pad_to(const torch::Tensor& image, ImageSize size) {
  const torch::Tensor scaled =
      scale_to(image, scaled_size(image_size(image), size, /*fill=*/false));
  torch::Tensor padded =
      at::zeros({size.height, size.width, image.size(0)}, image.options()).permute({2, 0, 1});
  padded.narrow(1, (size.height - scaled.size(1)) / 2, scaled.size(1))
      .narrow(2, (size.width - scaled.size(2)) / 2, scaled.size(2))
      .copy_(scaled);
  return padded;
}

}  // namespace

std::string to_string(ResizeMethod method) {
  return std::find_if(kResizeMethods.begin(), kResizeMethods.end(),
                      [&](const auto& entry) { return entry.first == method; })
      ->second;
}

ResizeMethod resize_method(const std::string& name) {
  const auto* found = std::find_if(kResizeMethods.begin(), kResizeMethods.end(),
                                   [&](const auto& entry) { return entry.second == name; });
  require(found != kResizeMethods.end(), ErrorKind::usage,
          "resize method: expected crop, squish or pad, got '", name, "'");
  return found->first;
}

torch::Tensor resize_image(const torch::Tensor& image, ImageSize size, ResizeMethod method) {
  require(image.dim() == 3 && image.numel() > 0 && image.scalar_type() == torch::kUInt8,
          ErrorKind::usage, "resize: expected an image, uint8 [channels, height, width], got ",
          torch::toString(image.scalar_type()), " ", c10::str(image.sizes()));
  require(size.height >= 1 && size.width >= 1, ErrorKind::usage,
          "resize: expected sides of at least 1 pixel, got ", to_string(size));
  if (image_size(image) == size) {
    return image;
  }
  const torch::Tensor resized = method == ResizeMethod::squish ? scale_to(image, size)
                                : method == ResizeMethod::crop ? crop_to(image, size)
                                                               : pad_to(image, size);
  return resized.permute({1, 2, 0}).contiguous().permute({2, 0, 1});
}

}  // namespace onecycle
