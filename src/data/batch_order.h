// What a loader's batches are made of: the order of the examples, and what a transform draws.
#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <mutex>

#include "onecycle/data/loader.h"

namespace onecycle {

/// Positions in a data set of `size` examples, shuffled for one epoch: int64 [size].
torch::Tensor shuffled_order(std::int64_t size, std::uint64_t seed, std::int64_t epoch);

/// `batch` after the loader's transform, if it has one.
Batch transformed(Batch batch, const LoaderOptions& options, LoaderCursor at);

/// Makes any batch of any epoch, from several threads at once.
class BatchMaker {
 public:
  /// `epoch_examples`: how many of the data set an epoch takes.
  BatchMaker(std::shared_ptr<const Dataset> data, LoaderOptions options,
             std::int64_t epoch_examples);

  Batch make(LoaderCursor at);

 private:
  torch::Tensor order(std::int64_t epoch);

  struct EpochOrder {
    std::int64_t epoch = -1;
    torch::Tensor order;
  };

  std::shared_ptr<const Dataset> data_;
  LoaderOptions options_;
  std::int64_t epoch_examples_;
  std::mutex mutex_;
  std::array<EpochOrder, 2> orders_;  // at an epoch's end there are batches of both
};

}  // namespace onecycle
