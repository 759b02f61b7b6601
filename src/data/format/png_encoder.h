// Pixels to PNG by libpng, apart from any tensor.
#pragma once

#include <cstdint>
#include <string>

#include "onecycle/data/image_header.h"

namespace onecycle {

/// The file of an image of 8 bits a channel, grey (`channels` 1) or RGB (3), given row by row.
std::string encode_png_pixels(const std::uint8_t* pixels, ImageSize size, std::int64_t channels);

}  // namespace onecycle
