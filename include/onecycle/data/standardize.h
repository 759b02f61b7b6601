// Brings inputs and targets to mean 0 and deviation 1, and predictions back to their unit.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "onecycle/data/channel_statistics.h"

namespace onecycle {

/// What the names of the tensors that `Standardization` saves begin with.
inline constexpr std::string_view kStandardizePrefix = "standardize.";

/// Tensors by name, as weight files hold them.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// x -> (x - mean) / deviation, in the precision of x, the result in float32.
struct Standardizer {
  torch::Tensor mean;       ///< float64, in a shape that broadcasts to one example
  torch::Tensor deviation;  ///< of the same shape, never 0

  /// Statistics over all examples [N, ...]: one for all of [N], for each feature of [N, F], for
  /// each channel of [N, C, H, W]. What is constant is only centred: its deviation is 1.
  static Standardizer fit(const torch::Tensor& examples);
  /// What brings bytes [N, C, H, W] to `statistics`, which are in units of 255.
  static Standardizer of_bytes(const ChannelStatistics& statistics);

  [[nodiscard]] torch::Tensor apply(const torch::Tensor& x) const;
  /// y -> y * deviation + mean, in float32: what `apply` was given.
  [[nodiscard]] torch::Tensor undo(const torch::Tensor& y) const;
};

/// How a data set was prepared; saved with the weights, without it they predict nothing.
struct Standardization {
  Standardizer inputs;
  std::optional<Standardizer> targets = {};  ///< of a regression

  /// `standardize.inputs.mean`, ... : the tensors to save.
  [[nodiscard]] NamedTensors tensors() const;
  /// What `tensors` listed, other tensors among it being passed over. Throws a checkpoint error if
  /// one is missing.
  static Standardization from_tensors(const NamedTensors& tensors);
};

/// The statistics of images among the tensors that `Standardization::tensors` lists, in units of
/// 255; nothing if there are none.
std::optional<ChannelStatistics> channel_statistics_in(const NamedTensors& tensors);

}  // namespace onecycle
