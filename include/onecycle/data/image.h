// Images between files and tensors: JPEG and PNG in, PNG out.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "onecycle/data/image_header.h"

namespace onecycle {

struct DecodeOptions {
  std::int64_t channels = 3;  ///< 1: grey, 3: RGB, whatever the file has
  /// Nothing: the image as large as it is. Else a JPEG may be given at 1/2, 1/4 or 1/8 of its
  /// size, but no side shorter than here: large photos are read many times faster.
  std::optional<ImageSize> at_least = {};
};

/// Decodes the image file `bytes` to uint8 [channels, height, width], which lies in memory as
/// [height, width, channels]. `source` names it in messages.
///
/// JPEG: grey, YCbCr, RGB, CMYK and YCCK, the last two inverted as Adobe's programs write them;
/// turned upright as its EXIF says. PNG: all kinds, 16 bits cut to 8. What is transparent shows
/// white behind it. Grey from colours: 0.299 R + 0.587 G + 0.114 B (ITU-R 601). Colour profiles and
/// gamma are passed over. So pixels are those that Pillow gives.
///
/// Throws a data error as `read_image_header` does, and for a file that is damaged or cut off; a
/// usage error for other channels.
torch::Tensor decode_image(std::string_view bytes, const std::string& source,
                           const DecodeOptions& options = {});

/// The same for a file.
torch::Tensor read_image(const std::filesystem::path& path, const DecodeOptions& options = {});

/// The PNG file of an image: uint8 [1 or 3, height, width] on any device, of any strides. Throws a
/// usage error for another shape or type.
std::string encode_png(const torch::Tensor& image);

/// Writes it, whole or not at all; for errors see `write_file`.
void write_png(const std::filesystem::path& path, const torch::Tensor& image);

}  // namespace onecycle
