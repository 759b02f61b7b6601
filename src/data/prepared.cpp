#include "onecycle/data/prepared.h"

#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {

PreparedDataset::PreparedDataset(std::shared_ptr<const Dataset> data, BatchFunction prepare)
    : data_(std::move(data)), prepare_(std::move(prepare)) {
  require(data_ != nullptr && prepare_ != nullptr, ErrorKind::usage,
          "prepared data: expected a data set and a function, got none");
}

Batch PreparedDataset::get(const torch::Tensor& indices) const {
  return prepare_(data_->get(indices));
}

Batch PreparedDataset::slice(std::int64_t begin, std::int64_t end) const {
  return prepare_(data_->slice(begin, end));
}

}  // namespace onecycle
