// Goes through a data set in batches, in an order that depends on a seed and the epoch alone.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/data/dataset.h"

namespace onecycle {

struct LoaderOptions {
  std::int64_t batch_size = 64;  ///< examples, at least 1
  bool shuffle = true;           ///< a new order each epoch; else the order of the data set
  std::uint64_t seed = 0;        ///< of the order
  bool drop_last = false;        ///< leave out the last batch of an epoch if it is short
};

/// Where a loader is; with its options, all there is to know.
struct LoaderCursor {
  std::int64_t epoch = 0;
  std::int64_t batch = 0;  ///< the one that `next` returns, from 0

  bool operator==(const LoaderCursor&) const = default;
};

/// Makes batches of a data set:
///
///     loader.start_epoch(0);
///     while (auto batch = loader.next()) { ... }
///
/// Copies share the data set and nothing else.
class Loader {
 public:
  /// Throws a usage error if the data set is empty, if `batch_size` is less than 1, or if it is
  /// greater than the data set and the loader shuffles or drops short batches, as in training;
  /// in the order of the data set, a small one is one short batch.
  explicit Loader(std::shared_ptr<const Dataset> data, LoaderOptions options = {});

  [[nodiscard]] const LoaderOptions& options() const { return options_; }
  [[nodiscard]] const Dataset& data() const { return *data_; }

  /// Batches an epoch.
  [[nodiscard]] std::int64_t batches() const { return batches_; }
  /// Examples an epoch.
  [[nodiscard]] std::int64_t examples() const;
  /// Examples in the batch at `index`, 0 .. batches - 1: all batches are full but the last.
  [[nodiscard]] std::int64_t batch_examples(std::int64_t index) const;

  /// Goes to the first batch of `epoch`, at least 0.
  void start_epoch(std::int64_t epoch) { seek({.epoch = epoch, .batch = 0}); }

  /// The next batch of the epoch, on the data set's device; nothing once all are through.
  std::optional<Batch> next();

  [[nodiscard]] LoaderCursor cursor() const { return cursor_; }
  /// Goes to any batch; `cursor.batch` is in 0 .. batches, the last being the end of the epoch.
  void seek(LoaderCursor cursor);

  /// Lists the cursor in a `StateArchive`.
  template <class Archive>
  void state(Archive& archive) {
    LoaderCursor cursor = cursor_;
    archive.integer("loader.epoch", cursor.epoch);
    archive.integer("loader.batch", cursor.batch);
    if (cursor != cursor_) {
      seek(cursor);
    }
  }

 private:
  void fetch();

  std::shared_ptr<const Dataset> data_;
  LoaderOptions options_;
  std::int64_t batches_ = 0;
  std::int64_t batches_ahead_ = 1;
  LoaderCursor cursor_;

  // What was worked out ahead; all of it follows from the cursor.
  torch::Tensor order_;  // of the examples in the epoch `order_epoch_`
  std::int64_t order_epoch_ = -1;
  std::vector<torch::Tensor> inputs_;  // of the next batches, the first one last
  std::vector<torch::Tensor> targets_;
};

}  // namespace onecycle
