#include "onecycle/data/subset.h"

#include <algorithm>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {

SubsetDataset::SubsetDataset(std::shared_ptr<const Dataset> data,
                             const std::vector<std::int64_t>& positions)
    : data_(std::move(data)), positions_(torch::tensor(positions, torch::kLong)) {
  require(data_ != nullptr, ErrorKind::usage, "subset: expected a data set, got none");
  require(!positions.empty(), ErrorKind::usage, "subset: expected examples, got none");
  const auto [least, most] = std::minmax_element(positions.begin(), positions.end());
  require(*least >= 0 && *most < data_->size(), ErrorKind::usage,
          "subset: expected positions in 0 .. ", data_->size() - 1, ", got ",
          *least < 0 ? *least : *most);
}

Batch SubsetDataset::get(const torch::Tensor& indices) const {
  return data_->get(positions_.index_select(0, indices));
}

Batch SubsetDataset::slice(std::int64_t begin, std::int64_t end) const {
  return data_->get(positions_.slice(0, begin, end));
}

}  // namespace onecycle
