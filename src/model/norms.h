// Which modules normalise, in LibTorch and in TorchScript.
#pragma once

#include <torch/nn/module.h>

namespace onecycle {

/// Whether it is a batch, instance or layer norm. Source: fastai v2, `norm_types`.
bool is_norm(const torch::nn::Module& module);

}  // namespace onecycle
