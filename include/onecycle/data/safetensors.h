// Files of tensors in the safetensors format, which Python reads and no code hides in.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace onecycle {

/// What such a file holds: tensors by name, in the order of its header, and texts.
struct TensorFile {
  std::vector<std::pair<std::string, torch::Tensor>> tensors = {};
  std::map<std::string, std::string> metadata = {};
};

/// Writes a file, whole or not at all. The same content gives the same bytes. Tensors may be on any
/// device, of any strides; types: float64, float32, float16, bfloat16, int64, int32, int16, int8,
/// uint8, bool. Throws a usage error for another type, a sparse tensor, a name that is given twice,
/// `__metadata__` or not UTF-8, or a path that cannot be written.
void save_tensors(const std::filesystem::path& path, const TensorFile& file);

/// Reads a file. The tensors are on the CPU and use the file's memory map, which lives as long as
/// any of them: nothing is read before it is used. They may be changed in place; the file does not
/// change. Replacing the file is safe, truncating it in place is not. Throws a checkpoint error
/// with path and byte for anything malformed, before memory is taken for it.
///
/// Source of the format: https://github.com/huggingface/safetensors
TensorFile load_tensors(const std::filesystem::path& path);

}  // namespace onecycle
