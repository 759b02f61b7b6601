// Clipping of gradients, without making the device wait.
#pragma once

#include <torch/types.h>

#include <optional>
#include <vector>

namespace onecycle {

/// What to clip. Both: the norm first.
struct ClipOptions {
  /// The highest Euclidean norm of the whole gradient, above 0: all gradients times
  /// min(1, norm / (their norm + 1e-6)). As `torch.nn.utils.clip_grad_norm_`.
  std::optional<double> norm = {};
  /// The highest absolute value of each number, above 0. As `torch.nn.utils.clip_grad_value_`.
  std::optional<double> value = {};
};

/// Throws a usage error for a norm or value that is not a finite number above 0.
void check(const ClipOptions& options);

/// Clips `gradients` in place. Returns their norm before as a scalar tensor on their device;
/// undefined unless `options.norm` asks for it. A norm that is not finite makes all gradients NaN,
/// so that the loss shows it.
torch::Tensor clip_gradients(const std::vector<torch::Tensor>& gradients,
                             const ClipOptions& options);

}  // namespace onecycle
