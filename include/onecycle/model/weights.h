// The tensors of a module by name, and loading values into them.
#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

namespace onecycle {

/// Tensors by name, in order.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// The parameters, then the buffers of `module`, with dotted names as Python's `state_dict` has
/// them. The tensors are the module's own, not copies.
NamedTensors named_tensors(const torch::nn::Module& module);

/// Copies the values of `tensors` into the parameters and buffers of `module`, whatever device
/// either is on; floating-point types are converted. Throws one checkpoint error, which begins with
/// `source` and lists every name that is missing, unexpected or of another shape or kind; then
/// nothing has been changed.
void load_weights(torch::nn::Module& module, const NamedTensors& tensors,
                  const std::string& source = "weights");

}  // namespace onecycle
