#include "data/pixels.h"

#include <algorithm>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// One row: the pixels at `offsets` bytes from `row`; black where that is negative. `Channels`: how
/// many there are, so that the compiler unrolls; 0: as many as the image has.
template <std::int64_t Channels>
float* map_row(const PixelView& image, const std::uint8_t* row,
               const std::vector<std::int64_t>& offsets, const float* values, float* out) {
  const std::int64_t channels = Channels > 0 ? Channels : image.channels;
  const std::int64_t step = image.channel;
  for (const std::int64_t offset : offsets) {
    if (offset >= 0) [[likely]] {
      const std::uint8_t* pixel = row + offset;
#pragma GCC unroll 4
      for (std::int64_t c = 0; c < channels; ++c) {
        out[c] = values[c * kPixelValues + pixel[c * step]];
      }
    } else {
      for (std::int64_t c = 0; c < channels; ++c) {
        out[c] = values[c * kPixelValues];
      }
    }
    out += channels;
  }
  return out;
}

template <std::int64_t Channels>
void map_rows(const PixelView& image, const PixelSource& source, const PixelTable& table,
              float* out) {
  std::vector<std::int64_t> offsets(source.columns.size());
  std::transform(source.columns.begin(), source.columns.end(), offsets.begin(),
                 [&](std::int64_t x) { return x < 0 ? -1 : x * image.column; });
  const std::vector<std::int64_t> black(offsets.size(), -1);
  for (const std::int64_t y : source.rows) {
    out = y < 0 ? map_row<Channels>(image, image.data, black, table.data(), out)
                : map_row<Channels>(image, image.at(y, 0), offsets, table.data(), out);
  }
}

}  // namespace

void require_images(const torch::Tensor& images, std::string_view what) {
  require(images.dim() == 4 && images.scalar_type() == torch::kByte && images.is_cpu(),
          ErrorKind::usage, what, ": expected images, uint8 [n, channels, height, width] on the ",
          "CPU, got ", torch::toString(images.scalar_type()), " with ", images.dim(),
          " dimensions on ", images.device().str());
}

PixelView::PixelView(const torch::Tensor& images, std::int64_t index)
    : data(images.const_data_ptr<std::uint8_t>() + index * images.stride(0)),
      channels(images.size(1)),
      height(images.size(2)),
      width(images.size(3)),
      channel(images.stride(1)),
      row(images.stride(2)),
      column(images.stride(3)) {}

std::vector<float> pixel_values() {
  std::vector<float> values(kPixelValues);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(i) / static_cast<float>(kLargestPixel);
  }
  return values;
}

PixelTable pixel_table(const std::vector<float>& values, const ChannelStatistics* statistics,
                       std::int64_t channels) {
  PixelTable table;
  table.reserve(static_cast<std::size_t>(channels) * values.size());
  for (std::size_t c = 0; std::cmp_less(c, channels); ++c) {
    const float mean = statistics != nullptr ? static_cast<float>(statistics->mean[c]) : 0.0F;
    const float deviation =
        statistics != nullptr ? static_cast<float>(statistics->deviation[c]) : 1.0F;
    for (const float value : values) {
      table.push_back((value - mean) / deviation);
    }
  }
  return table;
}

void map_pixels(const PixelView& image, const PixelSource& source, const PixelTable& table,
                float* out) {
  switch (image.channels) {
    case 1:
      map_rows<1>(image, source, table, out);
      break;
    case 3:
      map_rows<3>(image, source, table, out);
      break;
    default:
      map_rows<0>(image, source, table, out);
  }
}

}  // namespace onecycle
