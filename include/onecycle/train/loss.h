// What is minimised and what is reported.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace onecycle {

/// (output of the model, target) -> the mean over the examples, a tensor without dimensions.
using Loss = std::function<torch::Tensor(const torch::Tensor& output, const torch::Tensor& target)>;

/// Mean cross-entropy of logits [N, classes] against class indices [N] (int64), or against the
/// probability of each class [N, classes]. With `label_smoothing` in [0, 1) that part of each
/// target is spread evenly over all classes (Szegedy et al., 1512.00567; as PyTorch does); above 0,
/// losses in validation have it, too. Throws a usage error if it is outside.
Loss cross_entropy(double label_smoothing = 0.0);

/// Mean squared error of [N, K] or [N] against targets of the same number of elements.
Loss mean_squared_error_loss();

/// A number about how good the outputs are, averaged over a whole data set.
struct Metric {
  std::string name;
  bool higher_is_better = true;
  /// (output, target) -> the sum over the examples, a tensor without dimensions on their device.
  std::function<torch::Tensor(const torch::Tensor& output, const torch::Tensor& target)> sum;
};

/// The share of examples whose highest logit is that of their class.
Metric accuracy();
/// 1 - accuracy.
Metric error_rate();
/// The share of examples whose class is among the `k` highest logits. Where there are fewer than
/// `k` classes, 1. Throws a usage error if k < 1.
Metric top_k_accuracy(std::int64_t k);
/// Mean squared error, `mse`. Outputs and targets are multiplied by `unit` first: the standard
/// deviation of a standardised target gives the error in the target's own unit.
Metric mean_squared_error(double unit = 1.0);
/// Mean absolute error, `mae`, in the same unit.
Metric mean_absolute_error(double unit = 1.0);

}  // namespace onecycle
