// The memory order in which convolutions, and above all pooling, are fast on a CPU: N, H, W, C.
#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

namespace onecycle {

/// N x C x H x W as it is, but laid out channels-last: a view if that needs no copy.
inline torch::Tensor channels_last(const torch::Tensor& images) {
  // With one channel both orders are the same bytes, and LibTorch would take the slow one.
  if (images.size(1) == 1 && images.is_contiguous()) {
    const auto height = images.size(2);
    const auto width = images.size(3);
    return images.view({-1, height, width, 1}).permute({0, 3, 1, 2});
  }
  return images.contiguous(torch::MemoryFormat::ChannelsLast);
}

/// Lays out the weights of all convolutions in `module` so. Before training: it replaces storage.
inline void use_channels_last(torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (auto& parameter : module.parameters()) {
    if (parameter.dim() == 4) {
      auto moved =
          torch::empty(parameter.sizes(), parameter.options(), torch::MemoryFormat::ChannelsLast);
      parameter.set_data(moved.copy_(parameter));
    }
  }
}

}  // namespace onecycle
