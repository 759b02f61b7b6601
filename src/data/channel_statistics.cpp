#include "onecycle/data/channel_statistics.h"

#include <ATen/ops/arange.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "data/pixels.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// How often each value occurs in each channel.
class Histogram {
 public:
  void add(const torch::Tensor& images) {
    counts_.resize(static_cast<std::size_t>(images.size(1)));
    for (std::int64_t i = 0; i < images.size(0); ++i) {
      const PixelView image(images, i);
      for (std::int64_t y = 0; y < image.height; ++y) {
        for (std::int64_t x = 0; x < image.width; ++x) {
          for (std::size_t c = 0; c < counts_.size(); ++c) {
            ++counts_[c][*image.at(y, x, static_cast<std::int64_t>(c))];
          }
        }
      }
    }
  }

  [[nodiscard]] ChannelStatistics statistics() const {
    ChannelStatistics all;
    for (const auto& counts : counts_) {
      std::int64_t pixels = 0;
      std::int64_t sum = 0;
      std::int64_t squares = 0;
      for (std::int64_t value = 0; value < kPixelValues; ++value) {
        const std::int64_t count = counts[static_cast<std::size_t>(value)];
        pixels += count;
        sum += count * value;
        squares += count * value * value;
      }
      const auto n = static_cast<double>(pixels);
      const double mean = static_cast<double>(sum) / n;
      const double variance = std::max(0.0, static_cast<double>(squares) / n - mean * mean);
      const bool constant = std::ranges::count(counts, 0) == kPixelValues - 1;
      all.mean.push_back(mean / kLargestPixel);
      all.deviation.push_back(constant ? 1.0 : std::sqrt(variance) / kLargestPixel);
    }
    return all;
  }

 private:
  std::vector<std::array<std::int64_t, kPixelValues>> counts_;
};

}  // namespace

ChannelStatistics imagenet_statistics() {
  return {.mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}};
}

ChannelStatistics cifar10_statistics() {
  return {.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.2470, 0.2435, 0.2616}};
}

ChannelStatistics cifar100_statistics() {
  return {.mean = {0.5071, 0.4865, 0.4409}, .deviation = {0.2673, 0.2564, 0.2762}};
}

ChannelStatistics channel_statistics(const Dataset& images, std::int64_t most) {
  require(most >= 1, ErrorKind::usage, "channel statistics: expected at least 1 image, got ", most);
  constexpr std::int64_t kAtOnce = 64;
  const std::int64_t size = images.size();
  const std::int64_t taken = std::min(size, most);
  const torch::Tensor positions = at::arange(taken, torch::kLong).mul(size).floor_divide(taken);
  Histogram histogram;
  for (std::int64_t begin = 0; begin < taken; begin += kAtOnce) {
    const Batch batch = images.get(positions.slice(0, begin, std::min(taken, begin + kAtOnce)));
    require_images(batch.inputs, "channel statistics");
    histogram.add(batch.inputs);
  }
  return histogram.statistics();
}

}  // namespace onecycle
