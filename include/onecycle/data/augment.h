// Augmentation and normalisation of images, from bytes to floats in one pass.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "onecycle/data/augmentations.h"
#include "onecycle/data/channel_statistics.h"
#include "onecycle/data/dataset.h"
#include "onecycle/data/prepared.h"

namespace onecycle {

/// What is done to a batch of training images; nothing of it by default.
struct AugmentOptions {
  std::optional<RandomCrop> crop = {};  ///< not together with `resized_crop`
  std::optional<RandomResizedCrop> resized_crop = {};
  std::optional<RandomFlip> flip = {};
  std::optional<RandomBrightness> brightness = {};
  std::optional<RandomContrast> contrast = {};
  std::optional<Cutout> cutout = {};
  std::optional<Mixup> mixup = {};
  /// x / 255 becomes (x / 255 - mean) / deviation; nothing: it stays.
  std::optional<ChannelStatistics> statistics = {};
  std::int64_t classes = 0;  ///< of the targets; needed for `mixup` alone

  /// In the notation that `parse_augment` reads, every option spelled out: of what is random.
  [[nodiscard]] std::string text() const;

  bool operator==(const AugmentOptions&) const = default;
};

/// Makes of uint8 [n, C, H, W], in either memory order, float32 [n, C, H, W] in channels-last
/// order, augmented in the order of `AugmentOptions`. Targets stay, but with `mixup`: class indices
/// int64 [n] become float32 [n, classes], which `cross_entropy` takes as they are.
///
/// Throws a usage error here for an option out of range and for what does not go together; in the
/// transform for batches that it cannot be used on.
BatchTransform augment(const AugmentOptions& options);

/// The same without anything random, for validation and prediction.
BatchFunction normalize_images(std::optional<ChannelStatistics> statistics);

/// One of them with its options.
using Augmentation = std::variant<RandomCrop, RandomResizedCrop, RandomFlip, RandomBrightness,
                                  RandomContrast, Cutout, Mixup>;

/// What there is to know about one.
struct AugmentationInfo {
  std::string name;
  std::string summary;
  std::string source;
  std::vector<FieldInfo> fields;
  std::function<Augmentation(const std::vector<Setting>&)> make;
};

/// All of them, in the order in which they are applied.
const std::vector<AugmentationInfo>& augmentations();

/// Reads `crop(pad=4, border=black), flip, cutout(8)`: names, each with its options, of which the
/// first may stand without its name; `none` for none. Throws a usage error that says which one
/// cannot be made, and names the nearest known one.
AugmentOptions parse_augment(std::string_view text);

}  // namespace onecycle
