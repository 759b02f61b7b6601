#include "data/batch_order.h"

#include <algorithm>
#include <utility>

#include "onecycle/core/random.h"

namespace onecycle {

torch::Tensor shuffled_order(std::int64_t size, std::uint64_t seed, std::int64_t epoch) {
  Random random(stream_seed(seed, "loader", static_cast<std::uint64_t>(epoch)));
  return torch::tensor(random_permutation(size, random), torch::kLong);
}

Batch transformed(Batch batch, const LoaderOptions& options, LoaderCursor at) {
  if (!options.transform) {
    return batch;
  }
  const auto of_epoch = stream_seed(options.seed, "augment", static_cast<std::uint64_t>(at.epoch));
  Random random(stream_seed(of_epoch, "batch", static_cast<std::uint64_t>(at.batch)));
  return options.transform(std::move(batch), random);
}

BatchMaker::BatchMaker(std::shared_ptr<const Dataset> data, LoaderOptions options,
                       std::int64_t epoch_examples)
    : data_(std::move(data)), options_(std::move(options)), epoch_examples_(epoch_examples) {}

Batch BatchMaker::make(LoaderCursor at) {
  const std::int64_t begin = at.batch * options_.batch_size;
  const std::int64_t end = std::min(begin + options_.batch_size, epoch_examples_);
  Batch batch = options_.shuffle ? data_->get(order(at.epoch).slice(0, begin, end))
                                 : data_->slice(begin, end);
  return transformed(std::move(batch), options_, at);
}

torch::Tensor BatchMaker::order(std::int64_t epoch) {
  const std::scoped_lock lock(mutex_);
  EpochOrder& kept = orders_[static_cast<std::size_t>(epoch % 2)];
  if (kept.epoch != epoch) {
    kept = {.epoch = epoch, .order = shuffled_order(data_->size(), options_.seed, epoch)};
  }
  return kept.order;
}

}  // namespace onecycle
