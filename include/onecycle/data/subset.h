// Some examples of a data set, as a data set.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "onecycle/data/dataset.h"

namespace onecycle {

/// Those at the given positions, in that order; a position may come several times.
class SubsetDataset final : public Dataset {
 public:
  /// Throws a usage error if there is no data set, no position, or one outside of the data set.
  SubsetDataset(std::shared_ptr<const Dataset> data, const std::vector<std::int64_t>& positions);

  [[nodiscard]] std::int64_t size() const override { return positions_.size(0); }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override;
  [[nodiscard]] Batch slice(std::int64_t begin, std::int64_t end) const override;
  [[nodiscard]] std::int64_t read_ahead() const override { return data_->read_ahead(); }

 private:
  std::shared_ptr<const Dataset> data_;
  torch::Tensor positions_;  // int64 [size]
};

}  // namespace onecycle
