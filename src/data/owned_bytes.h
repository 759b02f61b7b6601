// Bytes as a tensor without a copy.
#pragma once

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <memory>
#include <string>
#include <utility>

namespace onecycle {

/// A tensor of `shape` and `type` that lies in `bytes` and keeps them. There must be as many as it
/// takes.
inline torch::Tensor tensor_of(std::string bytes, at::IntArrayRef shape, torch::ScalarType type) {
  if (bytes.empty()) {
    return at::empty(shape, type);
  }
  const auto owner = std::make_shared<std::string>(std::move(bytes));
  return at::from_blob(
      owner->data(), shape, [owner](void*) {}, type);
}

}  // namespace onecycle
