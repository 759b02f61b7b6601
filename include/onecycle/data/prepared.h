// A data set whose batches go through a function first, such as normalisation for validation.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "onecycle/data/dataset.h"

namespace onecycle {

/// What makes one batch of another; the same one every time, and one example for each.
using BatchFunction = std::function<Batch(Batch batch)>;

/// The examples of a data set after a function, which is called each time: nothing is kept.
class PreparedDataset final : public Dataset {
 public:
  /// `prepare` may be called from several threads at once. Throws a usage error if one of them is
  /// missing.
  PreparedDataset(std::shared_ptr<const Dataset> data, BatchFunction prepare);

  [[nodiscard]] std::int64_t size() const override { return data_->size(); }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override;
  [[nodiscard]] Batch slice(std::int64_t begin, std::int64_t end) const override;
  [[nodiscard]] std::int64_t read_ahead() const override { return data_->read_ahead(); }

 private:
  std::shared_ptr<const Dataset> data_;
  BatchFunction prepare_;
};

}  // namespace onecycle
