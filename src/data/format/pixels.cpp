#include "data/format/pixels.h"

#include <algorithm>

namespace onecycle {
namespace {

struct Rgb {
  int r;
  int g;
  int b;
};

/// a * b / 255, rounded, for a and b in 0 .. 255.
int scale_255(int a, int b) { return (a * b + 127) / 255; }

Rgb over_white(Rgb colour, int alpha) {
  const auto blend = [&](int c) { return (c * alpha + 255 * (255 - alpha) + 127) / 255; };
  return {blend(colour.r), blend(colour.g), blend(colour.b)};
}

template <PixelKind kind>
Rgb read_pixel(const std::uint8_t* p) {
  if constexpr (kind == PixelKind::grey) {
    return {p[0], p[0], p[0]};
  } else if constexpr (kind == PixelKind::grey_alpha) {
    return over_white({p[0], p[0], p[0]}, p[1]);
  } else if constexpr (kind == PixelKind::rgb) {
    return {p[0], p[1], p[2]};
  } else if constexpr (kind == PixelKind::rgba) {
    return over_white({p[0], p[1], p[2]}, p[3]);
  } else {
    // What the ink leaves of the light that black leaves.
    const auto light = [&](int c) { return p[3] - scale_255(255 - c, p[3]); };
    return {light(p[0]), light(p[1]), light(p[2])};
  }
}

template <PixelKind kind>
void convert_each(const std::uint8_t* in, std::int64_t count, std::uint8_t* out,
                  std::int64_t channels) {
  const std::int64_t step = pixel_bytes(kind);
  for (std::int64_t i = 0; i < count; ++i, in += step, out += channels) {
    const Rgb colour = read_pixel<kind>(in);
    if (channels == 3) {
      out[0] = static_cast<std::uint8_t>(colour.r);
      out[1] = static_cast<std::uint8_t>(colour.g);
      out[2] = static_cast<std::uint8_t>(colour.b);
    } else {
      const int sum = 19595 * colour.r + 38470 * colour.g + 7471 * colour.b;
      out[0] = static_cast<std::uint8_t>((sum + (1 << 15)) >> 16);
    }
  }
}

bool lies_on_its_side(int orientation) { return orientation >= 5; }

}  // namespace

std::int64_t pixel_bytes(PixelKind kind) {
  switch (kind) {
    case PixelKind::grey:
      return 1;
    case PixelKind::grey_alpha:
      return 2;
    case PixelKind::rgb:
      return 3;
    case PixelKind::rgba:
    case PixelKind::inverted_cmyk:
      break;
  }
  return 4;
}

void convert_pixels(const std::uint8_t* in, PixelKind kind, std::int64_t count, std::uint8_t* out,
                    std::int64_t channels) {
  switch (kind) {
    case PixelKind::grey:
      convert_each<PixelKind::grey>(in, count, out, channels);
      break;
    case PixelKind::grey_alpha:
      convert_each<PixelKind::grey_alpha>(in, count, out, channels);
      break;
    case PixelKind::rgb:
      convert_each<PixelKind::rgb>(in, count, out, channels);
      break;
    case PixelKind::rgba:
      convert_each<PixelKind::rgba>(in, count, out, channels);
      break;
    case PixelKind::inverted_cmyk:
      convert_each<PixelKind::inverted_cmyk>(in, count, out, channels);
      break;
  }
}

ImageSize oriented(ImageSize size, int orientation) {
  return lies_on_its_side(orientation) ? ImageSize{.height = size.width, .width = size.height}
                                       : size;
}

void orient_pixels(const std::uint8_t* in, ImageSize size, std::int64_t channels, int orientation,
                   std::uint8_t* out) {
  const bool swap = lies_on_its_side(orientation);
  const bool flip_rows =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool flip_columns =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const ImageSize to = oriented(size, orientation);
  for (std::int64_t y = 0; y < to.height; ++y) {
    for (std::int64_t x = 0; x < to.width; ++x, out += channels) {
      const std::int64_t row = swap ? x : y;
      const std::int64_t column = swap ? y : x;
      const std::int64_t from_row = flip_rows ? size.height - 1 - row : row;
      const std::int64_t from_column = flip_columns ? size.width - 1 - column : column;
      std::copy_n(in + (from_row * size.width + from_column) * channels, channels, out);
    }
  }
}

}  // namespace onecycle
