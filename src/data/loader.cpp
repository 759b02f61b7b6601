#include "onecycle/data/loader.h"

#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"

namespace onecycle {

Loader::Loader(std::shared_ptr<const Dataset> data, LoaderOptions options)
    : data_(std::move(data)), options_(options) {
  require(data_ != nullptr && data_->size() > 0, ErrorKind::usage,
          "loader: expected examples, got none");
  const std::int64_t size = data_->size();
  const std::int64_t batch_size = options_.batch_size;
  require(batch_size >= 1, ErrorKind::usage, "batch size: expected at least 1 example, got ",
          batch_size);
  require(batch_size <= size || !(options_.shuffle || options_.drop_last), ErrorKind::usage,
          "batch size: expected at most the ", size, " examples of the training set, got ",
          batch_size, "; use a smaller one");
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
  cursor_ = cursor;
  inputs_.clear();
  targets_.clear();
}

std::optional<Batch> Loader::next() {
  if (cursor_.batch == batches_) {
    return std::nullopt;
  }
  if (!options_.shuffle) {
    const std::int64_t begin = cursor_.batch * options_.batch_size;
    Batch batch = data_->slice(begin, begin + batch_examples(cursor_.batch));
    ++cursor_.batch;
    return batch;
  }
  if (inputs_.empty()) {
    fetch();
  }
  Batch batch{.inputs = std::move(inputs_.back()), .targets = std::move(targets_.back())};
  inputs_.pop_back();
  targets_.pop_back();
  ++cursor_.batch;
  return batch;
}

/// Gathers the next batches in one go: a gather costs several times a slice of what was gathered.
void Loader::fetch() {
  if (order_epoch_ != cursor_.epoch) {
    Random random(stream_seed(options_.seed, "loader", static_cast<std::uint64_t>(cursor_.epoch)));
    const std::vector<std::int64_t> order = random_permutation(data_->size(), random);
    order_ = torch::tensor(order, torch::kLong);
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
