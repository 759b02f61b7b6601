// A data set of images that is whole in memory, as the binary formats of MNIST and CIFAR hold it.
#pragma once

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "onecycle/data/task.h"

namespace onecycle {

struct ImageArrays {
  torch::Tensor images;               ///< uint8 [N, channels, height, width]; for training first
  torch::Tensor targets;              ///< int64 [N], indices into `classes`
  std::vector<std::string> classes;   ///< their names, or their numbers where the files name none
  std::optional<SplitIndices> parts;  ///< if there are files for training and for testing
};

}  // namespace onecycle
