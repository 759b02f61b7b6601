#include "onecycle/data/dataset.h"

#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>

#include "onecycle/core/error.h"

namespace onecycle {

Batch Dataset::slice(std::int64_t begin, std::int64_t end) const {
  return get(torch::arange(begin, end, torch::kLong));
}

TensorDataset::TensorDataset(torch::Tensor inputs, torch::Tensor targets)
    : inputs_(std::move(inputs)), targets_(std::move(targets)) {
  require(inputs_.dim() >= 1 && targets_.dim() >= 1 && inputs_.size(0) == targets_.size(0),
          ErrorKind::usage, "data set: expected one target for each input, got ",
          inputs_.dim() >= 1 ? inputs_.size(0) : 1, " inputs and ",
          targets_.dim() >= 1 ? targets_.size(0) : 1, " targets");
  require(inputs_.size(0) > 0, ErrorKind::usage, "data set: expected examples, got none");
  require(inputs_.device() == targets_.device(), ErrorKind::usage,
          "data set: expected inputs and targets on one device, got ", inputs_.device().str(),
          " and ", targets_.device().str());
}

Batch TensorDataset::get(const torch::Tensor& indices) const {
  const torch::Tensor index = indices.to(inputs_.device());
  return {.inputs = inputs_.index_select(0, index), .targets = targets_.index_select(0, index)};
}

Batch TensorDataset::slice(std::int64_t begin, std::int64_t end) const {
  // Batches are only read, so autograd need not follow what is a view of what: half of the cost.
  const at::AutoDispatchBelowADInplaceOrView no_tracking;
  return {.inputs = inputs_.slice(0, begin, end), .targets = targets_.slice(0, begin, end)};
}

std::int64_t TensorDataset::read_ahead() const {
  constexpr std::size_t kCache = 1 << 20;
  const std::size_t all = inputs_.nbytes() + targets_.nbytes();
  const std::size_t each = std::max<std::size_t>(1, all / static_cast<std::size_t>(size()));
  return static_cast<std::int64_t>(kCache / each);
}

TensorDataset TensorDataset::to(const torch::Device& device) const {
  return {inputs_.to(device), targets_.to(device)};
}

}  // namespace onecycle
