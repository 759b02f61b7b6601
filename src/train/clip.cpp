#include "onecycle/train/clip.h"

#include <ATen/ops/_foreach_clamp_max.h>
#include <ATen/ops/_foreach_clamp_min.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>

#include <cmath>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr double kNotZero = 1e-6;  // PyTorch's

void check_limit(const char* what, const std::optional<double>& limit) {
  require(!limit || (std::isfinite(*limit) && *limit > 0.0), ErrorKind::usage, what,
          ": expected a finite number > 0, got ", limit.value_or(0.0),
          "; leave it out not to clip");
}

/// Numbers on the CPU can be read at once.
torch::Tensor clip_norm_on_cpu(const std::vector<torch::Tensor>& gradients, double limit) {
  double squares = 0.0;
  for (const torch::Tensor& each : at::_foreach_norm(gradients)) {
    const auto norm = each.item<double>();
    squares += norm * norm;
  }
  const double norm = std::sqrt(squares);
  const double factor = limit / (norm + kNotZero);
  if (!(factor >= 1.0)) {  // not a number either
    at::_foreach_mul_(gradients, factor);
  }
  return at::scalar_tensor(norm, gradients.front().options());
}

/// Elsewhere reading them would make the device wait.
torch::Tensor clip_norm_on_device(const std::vector<torch::Tensor>& gradients, double limit) {
  torch::Tensor norm = at::linalg_vector_norm(at::stack(at::_foreach_norm(gradients)));
  at::_foreach_mul_(gradients, (limit / (norm + kNotZero)).clamp_max(1.0));
  return norm;
}

}  // namespace

void check(const ClipOptions& options) {
  check_limit("clip norm", options.norm);
  check_limit("clip value", options.value);
}

torch::Tensor clip_gradients(const std::vector<torch::Tensor>& gradients,
                             const ClipOptions& options) {
  const torch::NoGradGuard no_grad;
  torch::Tensor norm;
  if (gradients.empty()) {
    return norm;
  }
  if (options.norm) {
    norm = gradients.front().is_cpu() ? clip_norm_on_cpu(gradients, *options.norm)
                                      : clip_norm_on_device(gradients, *options.norm);
  }
  if (options.value) {
    at::_foreach_clamp_min_(gradients, -*options.value);
    at::_foreach_clamp_max_(gradients, *options.value);
  }
  return norm;
}

}  // namespace onecycle
