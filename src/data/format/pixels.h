// Pixels as the decoders give them, brought to grey or RGB and turned upright.
#pragma once

#include <cstdint>

#include "onecycle/data/image_header.h"

namespace onecycle {

/// What the bytes of a pixel mean.
enum class PixelKind {
  grey,
  grey_alpha,
  rgb,
  rgba,
  inverted_cmyk  ///< 255 is no ink, as Adobe's programs write it
};

std::int64_t pixel_bytes(PixelKind kind);

/// Writes `count` pixels as grey (`channels` 1) or RGB (3). What is transparent shows white behind
/// it. Grey is 0.299 R + 0.587 G + 0.114 B (ITU-R 601), in the fixed-point numbers of Pillow.
void convert_pixels(const std::uint8_t* in, PixelKind kind, std::int64_t count, std::uint8_t* out,
                    std::int64_t channels);

/// The size after `orient_pixels`, or before it.
ImageSize oriented(ImageSize size, int orientation);

/// Turns pixels of `channels` bytes upright; `size` is that of `in`. `orientation`: 1 .. 8, as EXIF
/// numbers them.
void orient_pixels(const std::uint8_t* in, ImageSize size, std::int64_t channels, int orientation,
                   std::uint8_t* out);

}  // namespace onecycle
