#include "data/augment_draw.h"

#include <algorithm>
#include <cmath>

namespace onecycle {
namespace {

std::int64_t draw_below(std::int64_t n, Random& random) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(n)));
}

double draw_between(double low, double high, Random& random) {
  return low + (high - low) * random.uniform();
}

/// The largest box in the middle that is at most `ratio` times as long on one side as on the other.
PixelBox middle(double ratio, std::int64_t height, std::int64_t width) {
  const auto most = [ratio](std::int64_t side) -> std::int64_t {
    return std::llround(static_cast<double>(side) * ratio);
  };
  const std::int64_t h = std::min(height, most(width));
  const std::int64_t w = std::min(width, most(height));
  return {.top = (height - h) / 2, .left = (width - w) / 2, .height = h, .width = w};
}

PixelBox draw_piece(const RandomResizedCrop& options, std::int64_t height, std::int64_t width,
                    Random& random) {
  constexpr int kTries = 10;
  const double whole = static_cast<double>(height) * static_cast<double>(width);
  for (int i = 0; i < kTries; ++i) {
    const double area = whole * draw_between(options.scale, 1.0, random);
    const double ratio =
        std::exp(draw_between(-std::log(options.ratio), std::log(options.ratio), random));
    const std::int64_t w = std::llround(std::sqrt(area * ratio));
    const std::int64_t h = std::llround(std::sqrt(area / ratio));
    if (w >= 1 && h >= 1 && w <= width && h <= height) {
      const std::int64_t top = draw_below(height - h + 1, random);
      return {.top = top, .left = draw_below(width - w + 1, random), .height = h, .width = w};
    }
  }
  return middle(options.ratio, height, width);
}

/// The part of a square around a random pixel that is inside the image.
PixelBox draw_cut(const Cutout& options, std::int64_t height, std::int64_t width, Random& random) {
  const std::int64_t top = draw_below(height, random) - options.side / 2;
  const std::int64_t left = draw_below(width, random) - options.side / 2;
  PixelBox box{.top = std::max<std::int64_t>(0, top), .left = std::max<std::int64_t>(0, left)};
  box.height = std::min(height, top + options.side) - box.top;
  box.width = std::min(width, left + options.side) - box.left;
  return box;
}

}  // namespace

ImageDraw draw_image(const AugmentOptions& options, std::int64_t height, std::int64_t width,
                     Random& random) {
  ImageDraw draw{.piece = {.height = height, .width = width}, .cut = {}};
  if (options.crop) {
    const std::int64_t pad = options.crop->pad;
    draw.down = draw_below(2 * pad + 1, random) - pad;
    draw.right = draw_below(2 * pad + 1, random) - pad;
  }
  if (options.resized_crop) {
    draw.piece = draw_piece(*options.resized_crop, height, width, random);
  }
  if (options.flip) {
    draw.flip = random.uniform() < options.flip->p;
  }
  if (options.brightness) {
    const double most = options.brightness->most;
    draw.brightness = 0.5 * draw_between(1.0 - most, 1.0 + most, random);
  }
  if (options.contrast) {
    const double log_most = -std::log1p(-options.contrast->most);
    draw.contrast = std::exp(draw_between(-log_most, log_most, random));
  }
  if (options.cutout) {
    draw.cut = draw_cut(*options.cutout, height, width, random);
  }
  return draw;
}

/// Source: M. D. Johnk, "Erzeugung von betaverteilten und gammaverteilten Zufallszahlen", Metrika
/// 8, 1964; in logarithms, because powers of 1 / alpha underflow.
double draw_beta(double alpha, Random& random) {
  while (true) {
    const double x = std::log1p(-random.uniform()) / alpha;  // 1 - uniform is never 0
    const double y = std::log1p(-random.uniform()) / alpha;
    if (std::exp(x) + std::exp(y) <= 1.0) {
      return 1.0 / (1.0 + std::exp(y - x));
    }
  }
}

}  // namespace onecycle
