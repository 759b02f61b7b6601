// Mean and deviation of an image's channels, and what is known of popular data sets.
#pragma once

#include <cstdint>
#include <vector>

#include "onecycle/data/dataset.h"

namespace onecycle {

/// Of each channel, in units of the largest pixel value: from 0 to 1.
struct ChannelStatistics {
  std::vector<double> mean;
  std::vector<double> deviation;  ///< above 0

  bool operator==(const ChannelStatistics&) const = default;
};

/// ImageNet, red, green, blue: what the networks of torchvision and timm were trained with.
ChannelStatistics imagenet_statistics();
/// The 50,000 training images of CIFAR-10, and those of CIFAR-100: red, green, blue.
ChannelStatistics cifar10_statistics();
ChannelStatistics cifar100_statistics();

/// Those of a data set of images (uint8 [n, C, H, W]), over at most `most` of them, evenly spread:
/// exact sums, so that they depend on nothing else. A channel with one value only has deviation 1.
/// Throws a usage error if inputs are no images or `most` is less than 1.
ChannelStatistics channel_statistics(const Dataset& images, std::int64_t most = 10'000);

}  // namespace onecycle
