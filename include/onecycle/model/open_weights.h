// Files of weights, whichever program wrote them.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "onecycle/model/weights.h"

namespace onecycle {

struct WeightsFile {
  std::string format;  ///< `safetensors` or `torch.save`
  NamedTensors tensors;
  std::map<std::string, std::string> metadata = {};  ///< texts that safetensors may hold
  std::filesystem::path path = {};                   ///< of the file itself
};

/// Opens a file of tensors; its content says what it is. The tensors are on the CPU and use the
/// file's memory map, as those of `load_tensors`. Of what Python's `torch.save` writes, a
/// dictionary of tensors is read (a `state_dict`, or a checkpoint that holds one: the keys of
/// dictionaries are joined with dots, and what is no tensor is left out); nothing in it is run.
/// Throws a checkpoint error that names the path for anything else, and says how to convert it.
WeightsFile open_weights(const std::filesystem::path& path);

}  // namespace onecycle
