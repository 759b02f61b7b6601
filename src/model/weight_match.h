// Tensors of a file set against those of a module, by name.
#pragma once

#include <string>
#include <vector>

#include "onecycle/model/weights.h"

namespace onecycle {

/// `Float [64,3,7,7]`
std::string describe_tensor(const torch::Tensor& tensor);

struct WeightMatch {
  /// A tensor of the module and the value it is to get.
  struct Pair {
    std::string name;
    torch::Tensor target;
    torch::Tensor value;
  };
  std::vector<Pair> pairs;              ///< in the order of the file
  std::vector<std::string> missing;     ///< names
  std::vector<std::string> unexpected;  ///< names
  std::vector<Pair> different;          ///< of another shape or kind

  /// All that does not fit, in words; empty if all does. Long lists are cut short.
  [[nodiscard]] std::string problems() const;
};

/// Floating-point types fit each other; all else needs the same type, and all the same shape.
WeightMatch match_weights(const NamedTensors& module, const NamedTensors& file);

/// Copies the values of the pairs into their targets.
void copy_weights(const WeightMatch& match);

/// `name is Float [10,5], not Float [2,5]`
std::string describe_difference(const WeightMatch::Pair& pair);

/// The first few names and how many more there are, with the number of all: `(3): a, b, c`.
std::string list_names(std::vector<std::string> names);

}  // namespace onecycle
