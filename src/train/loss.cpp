#include "onecycle/train/loss.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/topk.h>

#include <algorithm>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {
torch::Tensor difference(const torch::Tensor& output, const torch::Tensor& target) {
  return output.reshape(target.sizes()).to(torch::kDouble) - target.to(torch::kDouble);
}
}  // namespace

Loss cross_entropy(double label_smoothing) {
  require(label_smoothing >= 0.0 && label_smoothing < 1.0, ErrorKind::usage,
          "label smoothing: expected a part in [0, 1), got ", label_smoothing);
  return [label_smoothing](const torch::Tensor& output, const torch::Tensor& target) {
    constexpr std::int64_t kNoneIgnored = -100;
    return at::cross_entropy_loss(output, target, {}, at::Reduction::Mean, kNoneIgnored,
                                  label_smoothing);
  };
}

Loss mean_squared_error_loss() {
  return [](const torch::Tensor& output, const torch::Tensor& target) {
    return at::mse_loss(output.reshape(target.sizes()), target);
  };
}

Metric accuracy() {
  return {.name = "accuracy",
          .higher_is_better = true,
          .sum = [](const torch::Tensor& output, const torch::Tensor& target) {
            return output.argmax(-1).eq(target).sum();
          }};
}

Metric error_rate() {
  return {.name = "error_rate",
          .higher_is_better = false,
          .sum = [](const torch::Tensor& output, const torch::Tensor& target) {
            return output.argmax(-1).ne(target).sum();
          }};
}

Metric top_k_accuracy(std::int64_t k) {
  require(k >= 1, ErrorKind::usage, "top_k_accuracy: expected k >= 1, got ", k);
  return {.name = cat("top_", k, "_accuracy"),
          .higher_is_better = true,
          .sum = [k](const torch::Tensor& output, const torch::Tensor& target) {
            const auto highest = std::get<1>(at::topk(output, std::min(k, output.size(-1)), -1));
            return highest.eq(target.unsqueeze(-1)).any(-1).sum();
          }};
}

Metric mean_squared_error(double unit) {
  return {.name = "mse",
          .higher_is_better = false,
          .sum = [unit](const torch::Tensor& output, const torch::Tensor& target) {
            const auto squares = (difference(output, target) * unit).square();
            return target.dim() > 1 ? squares.flatten(1).mean(1).sum() : squares.sum();
          }};
}

Metric mean_absolute_error(double unit) {
  return {.name = "mae",
          .higher_is_better = false,
          .sum = [unit](const torch::Tensor& output, const torch::Tensor& target) {
            const auto sizes = (difference(output, target) * unit).abs();
            return target.dim() > 1 ? sizes.flatten(1).mean(1).sum() : sizes.sum();
          }};
}

}  // namespace onecycle
