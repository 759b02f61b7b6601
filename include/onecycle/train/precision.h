// Mixed precision: which type the forward pass computes in, and how small gradients survive it.
#pragma once

#include <c10/core/Device.h>
#include <torch/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "onecycle/train/state.h"

namespace onecycle {

/// The type in which autocast lets the forward pass and the loss compute. Weights, gradients and
/// optimizer stay as they are (float32).
enum class Precision {
  float32,   ///< no autocast
  bfloat16,  ///< as wide a range as float32: no loss scaling
  float16    ///< with loss scaling; an iteration whose gradients overflow is not made
};

/// Reads `float32`, `bf16` or `fp16`, and the long names `bfloat16`, `float16`. Throws a usage
/// error that starts with `what`.
Precision parse_precision(std::string_view text, std::string_view what = "precision");
/// `float32`, `bf16` or `fp16`.
std::string_view name_of(Precision precision);

/// Autocast for a scope; what was in force before is put back at its end.
class Autocast {
 public:
  Autocast(Precision precision, c10::Device device);
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  ~Autocast();

 private:
  bool active_;
  c10::DeviceType type_;
  bool was_enabled_ = false;
  torch::ScalarType old_type_ = torch::kFloat;
};

/// Multiplies the loss, so that small gradients do not vanish in float16, and finds its factor by
/// itself. Source: `torch.amp.GradScaler`, with its constants: from 65536, halved by an overflow,
/// doubled after 2,000 iterations without one.
class LossScaler {
 public:
  /// For `Precision::float16`; with another the loss and the gradients pass as they are.
  LossScaler(Precision precision, c10::Device device);

  /// The loss to call `backward` on.
  [[nodiscard]] torch::Tensor scale(const torch::Tensor& loss) const;

  /// Divides the gradients by the factor, and moves the factor. False if one of them was not
  /// finite: then there is nothing to update with. Makes the device wait, as it must.
  [[nodiscard]] bool unscale(const std::vector<torch::Tensor>& gradients);

  /// Lists the factor and for how long it has held.
  void state(StateArchive& archive);

 private:
  torch::Tensor scale_;  // undefined without scaling
  torch::Tensor growth_tracker_;
};

}  // namespace onecycle
