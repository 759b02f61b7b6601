#include "onecycle/data/loader.h"

#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>
#include <utility>

#include "data/batch_order.h"
#include "data/batch_queue.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// The same place, the end of an epoch being the beginning of the next one.
LoaderCursor normal_cursor(LoaderCursor cursor, std::int64_t batches) {
  return cursor.batch < batches ? cursor : LoaderCursor{.epoch = cursor.epoch + 1, .batch = 0};
}

}  // namespace

Loader::Loader(std::shared_ptr<const Dataset> data, LoaderOptions options)
    : data_(std::move(data)), options_(std::move(options)) {
  require(data_ != nullptr && data_->size() > 0, ErrorKind::usage,
          "loader: expected examples, got none");
  const std::int64_t size = data_->size();
  const std::int64_t batch_size = options_.batch_size;
  require(batch_size >= 1, ErrorKind::usage, "batch size: expected at least 1 example, got ",
          batch_size);
  require(batch_size <= size || !(options_.shuffle || options_.drop_last), ErrorKind::usage,
          "batch size: expected at most the ", size, " examples of the training set, got ",
          batch_size, "; use a smaller one");
  require(options_.workers >= 0, ErrorKind::usage, "workers: expected at least 0, got ",
          options_.workers);
  batches_ = options_.drop_last ? size / batch_size : (size + batch_size - 1) / batch_size;
  batches_ahead_ = std::max<std::int64_t>(1, data_->read_ahead() / batch_size);
}

std::int64_t Loader::examples() const {
  return options_.drop_last ? batches_ * options_.batch_size : data_->size();
}

std::int64_t Loader::batch_examples(std::int64_t index) const {
  require(index >= 0 && index < batches_, ErrorKind::usage, "loader: expected a batch in 0 .. ",
          batches_ - 1, ", got ", index);
  return std::min(options_.batch_size, examples() - index * options_.batch_size);
}

void Loader::seek(LoaderCursor cursor) {
  require(cursor.epoch >= 0, ErrorKind::usage, "loader: expected an epoch from 0, got ",
          cursor.epoch);
  require(cursor.batch >= 0 && cursor.batch <= batches_, ErrorKind::usage,
          "loader: expected a batch in 0 .. ", batches_, ", got ", cursor.batch);
  if (!continues_at(cursor)) {
    workers_.queue.reset();
  }
  cursor_ = cursor;
  inputs_.clear();
  targets_.clear();
}

/// Whether what the workers make next is what comes at `cursor`.
bool Loader::continues_at(LoaderCursor cursor) const {
  const LoaderCursor from = normal_cursor(cursor_, batches_);
  const LoaderCursor to = normal_cursor(cursor, batches_);
  const bool epochs_differ = options_.shuffle || options_.transform;
  return from.batch == to.batch && (from.epoch == to.epoch || !epochs_differ);
}

std::optional<Batch> Loader::next() {
  if (cursor_.batch == batches_) {
    return std::nullopt;
  }
  Batch batch = options_.workers > 0 ? take_ahead() : make_now();
  ++cursor_.batch;
  return batch;
}

Batch Loader::make_now() {
  if (!options_.shuffle) {
    const std::int64_t begin = cursor_.batch * options_.batch_size;
    return transformed(data_->slice(begin, begin + batch_examples(cursor_.batch)), options_,
                       cursor_);
  }
  if (inputs_.empty()) {
    fetch();
  }
  Batch batch =
      transformed({.inputs = inputs_.back(), .targets = targets_.back()}, options_, cursor_);
  inputs_.pop_back();
  targets_.pop_back();
  return batch;
}

Batch Loader::take_ahead() {
  if (workers_.queue == nullptr) {
    const auto make = [maker = std::make_shared<BatchMaker>(data_, options_, examples()),
                       first = cursor_, batches = batches_](std::int64_t number) {
      const std::int64_t batch = first.batch + number;
      return maker->make({.epoch = first.epoch + batch / batches, .batch = batch % batches});
    };
    workers_.queue = std::make_shared<BatchQueue>(make, options_.workers, 2 * options_.workers);
  }
  try {
    return workers_.queue->pop();
  } catch (...) {
    workers_.queue.reset();  // it is past the batch, which the next call must try again
    throw;
  }
}

/// Gathers the next batches in one go: a gather costs several times a slice of what was gathered.
void Loader::fetch() {
  if (order_epoch_ != cursor_.epoch) {
    order_ = shuffled_order(data_->size(), options_.seed, cursor_.epoch);
    order_epoch_ = cursor_.epoch;
  }
  const std::int64_t begin = cursor_.batch * options_.batch_size;
  const std::int64_t end = std::min(begin + batches_ahead_ * options_.batch_size, examples());
  const Batch gathered = data_->get(order_.slice(0, begin, end));
  const at::AutoDispatchBelowADInplaceOrView no_tracking;  // see TensorDataset::slice
  inputs_ = gathered.inputs.split(options_.batch_size);
  targets_ = gathered.targets.split(options_.batch_size);
  std::reverse(inputs_.begin(), inputs_.end());
  std::reverse(targets_.begin(), targets_.end());
}

}  // namespace onecycle
