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

class BatchQueue;

struct LoaderOptions {
  std::int64_t batch_size = 64;  ///< examples, at least 1
  bool shuffle = true;           ///< a new order each epoch; else the order of the data set
  std::uint64_t seed = 0;        ///< of the order, and of what `transform` draws
  bool drop_last = false;        ///< leave out the last batch of an epoch if it is short
  /// Done to each batch. What it draws depends on the seed, the epoch and the number of the batch
  /// alone.
  BatchTransform transform = {};
  /// Threads that make batches ahead, whole ones each; 0: they are made by `next`, in the caller's
  /// thread. The batches are the same, unless the data set draws random numbers of its own.
  std::int64_t workers = 0;
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
///
/// Workers start with the first call of `next` and stay at most 2 batches each ahead of it, at the
/// end of an epoch in the next one. They work on one thread each, whatever LibTorch is set to.
class Loader {
 public:
  /// Throws a usage error if the data set is empty, if `batch_size` is less than 1, or if it is
  /// greater than the data set and the loader shuffles or drops short batches, as in training;
  /// in the order of the data set, a small one is one short batch; or if `workers` is negative.
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

  /// The next batch of the epoch, on the data set's device; nothing once all are through. What
  /// making it throws is thrown here, and the next call tries again.
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
  /// The threads, of this loader alone: a copy starts without.
  struct Workers {
    Workers() = default;
    ~Workers() = default;
    Workers(const Workers& /*other*/) noexcept {}
    Workers(Workers&& other) noexcept = default;
    Workers& operator=(const Workers& other) noexcept {
      if (this != &other) {
        queue.reset();
      }
      return *this;
    }
    Workers& operator=(Workers&& other) noexcept = default;

    std::shared_ptr<BatchQueue> queue;
  };

  Batch make_now();
  Batch take_ahead();
  void fetch();
  [[nodiscard]] bool continues_at(LoaderCursor cursor) const;

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
  Workers workers_;
};

}  // namespace onecycle
