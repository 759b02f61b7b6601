// Data sets written for `torch::data` as ours. For who has some already; a header of its own, since
// those of `torch::data` are large.
#pragma once

#include <torch/data/datasets/base.h>
#include <torch/data/example.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/data/dataset.h"

namespace onecycle {

/// Any `torch::data` dataset that knows its size and gives examples by index, each with data and
/// target, one by one (`torch::data::datasets::Dataset`, such as `MNIST`) or stacked
/// (`.map(torch::data::transforms::Stack<>())`). Leave shuffling and batches to the loader.
/// `get_batch` is called by one thread at a time; with workers of the loader, in any order.
template <class Source>
class TorchDataset final : public Dataset {
  using Item = torch::data::Example<>;
  static constexpr bool kStacked = std::is_same_v<typename Source::BatchType, Item>;
  static_assert(kStacked || std::is_same_v<typename Source::BatchType, std::vector<Item>>,
                "expected a dataset of torch::data::Example<Tensor, Tensor>");

 public:
  /// Throws a usage error if the dataset does not know its size, or is empty.
  explicit TorchDataset(Source source)
      : source_(std::move(source)), size_(source_.size().value_or(0)) {
    require(size_ > 0, ErrorKind::usage,
            "torch_dataset: expected a dataset that knows its size, at least 1, got ",
            source_.size() ? "0" : "one that does not");
  }

  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(size_); }

  [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
    std::vector<std::size_t> request(static_cast<std::size_t>(indices.size(0)));
    const torch::Tensor own = indices.contiguous();
    std::copy_n(own.const_data_ptr<std::int64_t>(), request.size(), request.begin());
    const std::lock_guard lock(mutex_);
    if constexpr (kStacked) {
      const Item batch = source_.get_batch(request);
      return {.inputs = batch.data, .targets = batch.target};
    } else {
      std::vector<torch::Tensor> inputs;
      std::vector<torch::Tensor> targets;
      for (const Item& item : source_.get_batch(request)) {
        inputs.push_back(item.data);
        targets.push_back(item.target);
      }
      return {.inputs = torch::stack(inputs), .targets = torch::stack(targets)};
    }
  }

 private:
  mutable Source source_;  // its functions are not const
  mutable std::mutex mutex_;
  std::size_t size_;
};

/// `source` as a data set of ours; see `TorchDataset`.
template <class Source>
std::shared_ptr<const Dataset> torch_dataset(Source source) {
  return std::make_shared<TorchDataset<Source>>(std::move(source));
}

}  // namespace onecycle
