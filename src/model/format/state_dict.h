// What the pickle inside a torch.save file says of tensors, read without running anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// A view into one of the storages of the archive.
struct PickledTensor {
  std::string name;         ///< the keys of the dictionaries that it is in, with dots between
  std::string storage;      ///< its key: the entry `data/<key>` of the archive
  std::string type;         ///< such as `FloatStorage`
  std::int64_t stored = 0;  ///< elements of the storage
  std::int64_t offset = 0;  ///< elements
  std::vector<std::int64_t> sizes = {};
  std::vector<std::int64_t> strides = {};  ///< elements
};

/// The tensors of the dictionary, or dictionaries of dictionaries, that `pickle` holds; numbers,
/// texts and lists in it are left out. Each view lies inside its storage as that is declared, and
/// has no more elements than it. Throws a checkpoint error that begins with `file` and the byte for
/// anything else that a pickle may say, such as a function to call: nothing is ever called.
std::vector<PickledTensor> read_state_dict(std::string_view pickle, const std::string& file);

}  // namespace onecycle
