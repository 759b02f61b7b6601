// Images of bytes in memory, of either layout, and what makes floats of them in one pass.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "onecycle/data/channel_statistics.h"

namespace onecycle {

inline constexpr std::int64_t kPixelValues = 256;
inline constexpr double kLargestPixel = 255.0;

/// Throws a usage error, which begins with `what`, unless they are uint8 [n, C, H, W] on the CPU.
void require_images(const torch::Tensor& images, std::string_view what);

/// One image of a batch; strides are in bytes.
struct PixelView {
  PixelView(const torch::Tensor& images, std::int64_t index);

  [[nodiscard]] const std::uint8_t* at(std::int64_t y, std::int64_t x, std::int64_t c = 0) const {
    return data + y * row + x * column + c * channel;
  }

  const std::uint8_t* data;
  std::int64_t channels;
  std::int64_t height;
  std::int64_t width;
  std::int64_t channel;
  std::int64_t row;
  std::int64_t column;
};

/// The float that stands for each of the 256 values of a pixel, for one channel after another.
using PixelTable = std::vector<float>;

/// `values`: what the 256 pixel values mean, from 0 to 1, the same in all channels. With statistics
/// (value - mean) / deviation, in float32 as LibTorch would; else the value.
PixelTable pixel_table(const std::vector<float>& values, const ChannelStatistics* statistics,
                       std::int64_t channels);
/// 0 / 255, 1 / 255, ... 1.
std::vector<float> pixel_values();

/// Where in an image the rows and columns of another one come from; -1: from a black border.
struct PixelSource {
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> columns;
};

/// Writes [rows, columns, channels] floats.
void map_pixels(const PixelView& image, const PixelSource& source, const PixelTable& table,
                float* out);

}  // namespace onecycle
