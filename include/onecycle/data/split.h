// Divides a data set into a training and a validation part and standardises both.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "onecycle/data/augment.h"
#include "onecycle/data/cache.h"
#include "onecycle/data/channel_statistics.h"
#include "onecycle/data/standardize.h"
#include "onecycle/data/task.h"

namespace onecycle {

/// How images become the inputs of a model.
struct ImagePreparation {
  /// Of training images alone. Statistics and classes are filled in here.
  AugmentOptions augment = {};
  /// Not given: those of 2,000 training images, evenly spread, or of all if they are fewer.
  std::optional<ChannelStatistics> normalize = {};
  CacheOptions cache = {};  ///< of decoded images
};

struct StratifyOptions {
  double valid = 0.2;  ///< the part of the examples that is put aside for validation, in [0, 1)
  std::uint64_t seed = 0;
};

struct SplitOptions {
  /// The part of the examples that is put aside for validation, in [0, 1); not given: what the data
  /// set itself puts aside, or else 0.2.
  std::optional<double> valid = {};
  std::uint64_t seed = 0;
  ImagePreparation images = {};
};

/// Divides `groups.size()` examples, each of the given group (such as its class): a group's part in
/// validation is `options.valid` of it, rounded up or down so that the total is right, but each
/// keeps at least one example for training. With `valid` above 0 validation has at least one
/// example if any group has two. Throws a usage error if `valid` is not in [0, 1).
SplitIndices split_stratified(const std::vector<std::int64_t>& groups,
                              const StratifyOptions& options = {});

/// Data ready for training.
struct SplitData {
  std::shared_ptr<const Dataset> train = {};  ///< for a loader with `transform`
  BatchTransform transform = {};              ///< of the loader of `train`; none for numbers
  /// The same examples as validation sees them: not augmented.
  std::shared_ptr<const Dataset> train_plain = {};
  std::shared_ptr<const Dataset> valid = {};  ///< none if the part is 0
  torch::Tensor valid_targets = {};           ///< [n]; undefined if the part is 0
  /// Where the examples of `valid` are in the whole data set.
  std::vector<std::int64_t> valid_indices = {};
  Standardization standardization = {};  ///< from the training part alone
};

/// Which examples are for what: as the data set says, or else by class, or at random for a
/// regression. Throws a usage error if `valid` is given for a data set that has its own validation
/// part.
SplitIndices split_indices(const LoadedData& data, const SplitOptions& options = {});

/// Splits as `split_indices` says. Numbers are standardised at once, inputs and the targets of a
/// regression, to float32; images stay as they are until a loader asks for them. The same seed
/// gives the same split.
SplitData split_data(const LoadedData& data, const SplitOptions& options = {});

}  // namespace onecycle
