// Fully connected networks: linear layers with ReLU between them.
#pragma once

#include <cstdint>
#include <vector>

#include "onecycle/model/model.h"

namespace onecycle {

struct MlpOptions {
  std::int64_t inputs = 0;                   ///< values in an example, at least 1
  std::int64_t outputs = 0;                  ///< classes or targets, at least 1
  std::vector<std::int64_t> hidden = {128};  ///< widths from input to output; none: a linear model
};

/// Takes N x ..., flattens all but the first dimension, returns N x outputs (no softmax). Groups:
/// `body.0`, `body.1`, ... for the hidden layers, then `head`. Initialised as PyTorch does, from
/// torch's default generator. Throws a usage error for a width under 1; `forward` throws one for
/// examples of another size.
Model mlp(const MlpOptions& options);

}  // namespace onecycle
