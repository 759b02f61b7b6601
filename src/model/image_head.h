// The layers of a network's head, registered in the network.
#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <functional>

#include "onecycle/model/image_head.h"

namespace onecycle {

/// Turns maps of features into outputs.
using HeadFunction = std::function<torch::Tensor(const torch::Tensor&)>;

/// Registers the head in `network`, which must live as long as what is returned.
HeadFunction register_head(torch::nn::Module& network, Head kind, std::int64_t features,
                           std::int64_t outputs);

/// The beginnings of its parameters' names.
const char* head_prefix(Head kind);

}  // namespace onecycle
