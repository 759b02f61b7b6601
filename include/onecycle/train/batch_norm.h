// Statistics of batch normalisation for weights that no iteration has seen, such as averages.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

#include "onecycle/data/loader.h"
#include "onecycle/model/model.h"

namespace onecycle {

/// Computes the running statistics of every `torch::nn::BatchNorm1d`, `2d` and `3d` of `model`, and
/// of Python's in a TorchScript module, anew from one pass over epoch 0 of `loader`: the plain mean
/// over the batches of each batch's mean and unbiased variance, whatever its size. The pass runs in
/// train mode without gradients; modes, torch's random streams and the loader's cursor are put
/// back, also after an exception. Without such layers there is no pass. Returns how many there are.
/// Source: PyTorch, `torch.optim.swa_utils.update_bn`.
std::int64_t update_batch_norm(const Model& model, Loader& loader, c10::Device device);

}  // namespace onecycle
