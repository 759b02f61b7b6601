#include "onecycle/data/augment.h"

#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/aminmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/one_hot.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "data/augment_draw.h"
#include "data/pixels.h"

namespace onecycle {
namespace {

template <class P>
void check_augmentation(const std::optional<P>& options) {
  if (options) {
    (void)detail::checked(*options);
  }
}

void check_statistics(const ChannelStatistics& statistics) {
  require(!statistics.mean.empty() && statistics.mean.size() == statistics.deviation.size(),
          ErrorKind::usage, "normalisation: expected a mean and a deviation for each channel, got ",
          statistics.mean.size(), " and ", statistics.deviation.size());
  for (std::size_t c = 0; c < statistics.mean.size(); ++c) {
    require(std::isfinite(statistics.mean[c]) && kPositive.contains(statistics.deviation[c]),
            ErrorKind::usage, "normalisation: expected finite means and deviations above 0, got ",
            statistics.mean[c], " and ", statistics.deviation[c], " in channel ", c);
  }
}

void check_options(const AugmentOptions& options) {
  check_augmentation(options.crop);
  check_augmentation(options.resized_crop);
  check_augmentation(options.flip);
  check_augmentation(options.brightness);
  check_augmentation(options.contrast);
  check_augmentation(options.cutout);
  check_augmentation(options.mixup);
  require(!options.crop || !options.resized_crop, ErrorKind::usage,
          "augment: expected crop or resized_crop, got both; leave one out");
  require(!options.mixup || options.classes >= 2, ErrorKind::usage,
          "mixup: expected at least 2 classes, got ", options.classes,
          "; it is for classification");
  if (options.statistics) {
    check_statistics(*options.statistics);
  }
}

/// Position `i` of a line of `size` pixels that goes on as the border says.
std::int64_t beyond(std::int64_t i, std::int64_t size, Border border) {
  if (i >= 0 && i < size) {
    return i;
  }
  if (border == Border::black) {
    return -1;
  }
  return i < 0 ? -i : 2 * (size - 1) - i;
}

/// What happens to the images of one batch.
class Augmenter {
 public:
  explicit Augmenter(AugmentOptions options) : options_(std::move(options)) {}

  [[nodiscard]] torch::Tensor apply(const torch::Tensor& images, Random* random) const {
    require_images(images, "augment");
    const std::int64_t channels = images.size(1);
    const std::int64_t height = images.size(2);
    const std::int64_t width = images.size(3);
    check_sizes(channels, height, width);
    const auto* statistics = options_.statistics ? &*options_.statistics : nullptr;
    PixelTable table = pixel_table(pixel_values(), statistics, channels);
    torch::Tensor result = at::empty(images.sizes(), torch::kFloat, std::nullopt, std::nullopt,
                                     std::nullopt, torch::MemoryFormat::ChannelsLast);
    auto* out = result.mutable_data_ptr<float>();
    const ImageDraw same{.piece = {.height = height, .width = width}, .cut = {}};
    PixelSource source;
    for (std::int64_t i = 0; i < images.size(0); ++i) {
      const ImageDraw draw =
          random != nullptr ? draw_image(options_, height, width, *random) : same;
      if (options_.brightness || options_.contrast) {
        table = pixel_table(lit(draw), statistics, channels);
      }
      choose_pixels(draw, height, width, source);
      if (draw.piece == same.piece) {
        map_pixels(PixelView(images, i), source, table, out);
      } else {
        const torch::Tensor piece = stretched(images.slice(0, i, i + 1), draw.piece);
        map_pixels(PixelView(piece, 0), source, table, out);
      }
      cut_out(draw.cut, width * channels, channels, out);
      out += height * width * channels;
    }
    return result;
  }

 private:
  void check_sizes(std::int64_t channels, std::int64_t height, std::int64_t width) const {
    const auto known = options_.statistics ? std::ssize(options_.statistics->mean) : channels;
    require(known == channels, ErrorKind::usage, "normalisation: expected statistics of ", channels,
            channels == 1 ? " channel" : " channels", " as in the images, got ", known);
    const bool reflects = options_.crop && options_.crop->border == Border::reflect;
    require(!reflects || options_.crop->pad < std::min(height, width), ErrorKind::usage,
            "crop: expected a pad smaller than the images of ", height, " x ", width,
            " pixels, which it reflects, got ", reflects ? options_.crop->pad : 0);
  }

  void choose_pixels(const ImageDraw& draw, std::int64_t height, std::int64_t width,
                     PixelSource& source) const {
    const Border border = options_.crop ? options_.crop->border : Border::reflect;
    source.rows.clear();
    source.columns.clear();
    for (std::int64_t y = 0; y < height; ++y) {
      source.rows.push_back(beyond(y + draw.down, height, border));
    }
    for (std::int64_t x = 0; x < width; ++x) {
      const std::int64_t seen = draw.flip ? width - 1 - x : x;
      source.columns.push_back(beyond(seen + draw.right, width, border));
    }
  }

  /// What pixel values mean in another light. Source: fastai v2, vision/augment.py.
  static std::vector<float> lit(const ImageDraw& draw) {
    constexpr double kEdge = 1e-7;  // logits of 0 and 1 are infinite
    const auto logit = [](double x) { return std::log(x / (1.0 - x)); };
    std::vector<float> values = pixel_values();
    for (float& value : values) {
      const double x = std::clamp(static_cast<double>(value), kEdge, 1.0 - kEdge);
      const double y = (logit(x) + logit(draw.brightness)) * draw.contrast;
      value = static_cast<float>(1.0 / (1.0 + std::exp(-y)));
    }
    return values;
  }

  static torch::Tensor stretched(const torch::Tensor& image, const PixelBox& piece) {
    const torch::Tensor part = image.slice(2, piece.top, piece.top + piece.height)
                                   .slice(3, piece.left, piece.left + piece.width);
    return at::_upsample_bilinear2d_aa(part, {image.size(2), image.size(3)}, false);
  }

  static void cut_out(const PixelBox& cut, std::int64_t row, std::int64_t channels, float* out) {
    for (std::int64_t y = cut.top; y < cut.top + cut.height; ++y) {
      std::fill_n(out + y * row + cut.left * channels, cut.width * channels, 0.0F);
    }
  }

  AugmentOptions options_;
};

/// Mixes each image and its target with another one of the batch.
Batch mixed_up(const Batch& batch, const AugmentOptions& options, Random& random) {
  require(batch.targets.dim() == 1 && batch.targets.scalar_type() == torch::kLong, ErrorKind::usage,
          "mixup: expected class indices as targets, int64 [n], got ",
          torch::toString(batch.targets.scalar_type()), " with ", batch.targets.dim(),
          " dimensions");
  const auto [least, most] = at::aminmax(batch.targets);
  require(least.item<std::int64_t>() >= 0 && most.item<std::int64_t>() < options.classes,
          ErrorKind::usage, "mixup: expected classes in 0 .. ", options.classes - 1, ", got ",
          least.item<std::int64_t>(), " .. ", most.item<std::int64_t>());
  const std::int64_t n = batch.targets.size(0);
  const torch::Tensor partner = torch::tensor(random_permutation(n, random), torch::kLong);
  std::vector<float> shares(static_cast<std::size_t>(n));
  for (float& share : shares) {
    const double drawn = draw_beta(options.mixup->alpha, random);
    share = static_cast<float>(std::max(drawn, 1.0 - drawn));
  }
  const torch::Tensor share = torch::tensor(shares);
  const torch::Tensor targets = at::one_hot(batch.targets, options.classes).to(torch::kFloat);
  return {.inputs = at::lerp(batch.inputs.index_select(0, partner), batch.inputs,
                             share.view({n, 1, 1, 1})),
          .targets = at::lerp(targets.index_select(0, partner), targets, share.view({n, 1}))};
}

}  // namespace

BatchTransform augment(const AugmentOptions& options) {
  check_options(options);
  return [options, augmenter = Augmenter(options)](const Batch& batch, Random& random) {
    const Batch changed{.inputs = augmenter.apply(batch.inputs, &random), .targets = batch.targets};
    return options.mixup ? mixed_up(changed, options, random) : changed;
  };
}

BatchFunction normalize_images(std::optional<ChannelStatistics> statistics) {
  const AugmentOptions options{.statistics = std::move(statistics)};
  check_options(options);
  return [augmenter = Augmenter(options)](const Batch& batch) {
    return Batch{.inputs = augmenter.apply(batch.inputs, nullptr), .targets = batch.targets};
  };
}

}  // namespace onecycle
