// Divides a data set into a training and a validation part and standardises both.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "onecycle/data/standardize.h"
#include "onecycle/data/task.h"

namespace onecycle {

struct SplitOptions {
  double valid = 0.2;  ///< the part of the examples that is put aside for validation, in [0, 1)
  std::uint64_t seed = 0;
};

/// Positions of examples in a data set, in ascending order.
struct SplitIndices {
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> valid;
};

/// Divides `groups.size()` examples, each of the given group (such as its class): a group's part in
/// validation is `options.valid` of it, rounded up or down so that the total is right, but each
/// keeps at least one example for training. With `valid` above 0 validation has at least one
/// example if any group has two. Throws a usage error if `valid` is not in [0, 1).
SplitIndices split_stratified(const std::vector<std::int64_t>& groups,
                              const SplitOptions& options = {});

/// Data ready for training.
struct SplitData {
  std::shared_ptr<const TensorDataset> train;
  std::shared_ptr<const TensorDataset> valid;  ///< none if the part is 0
  /// Where the examples of `valid` are in the whole data set.
  std::vector<std::int64_t> valid_indices;
  Standardization standardization;  ///< from the training part alone
};

/// Splits by class, or at random for a regression, then standardises the inputs, and the targets of
/// a regression, to float32. The same seed gives the same split.
SplitData split_data(const LoadedData& data, const SplitOptions& options = {});

}  // namespace onecycle
