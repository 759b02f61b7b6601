// The header of a safetensors file: what it says, checked, apart from any tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

struct TensorType {
  std::string_view name;  ///< such as `F32`
  std::size_t size;       ///< bytes of one element
};

/// The types of the format that are supported.
const std::vector<TensorType>& tensor_types();

struct TensorEntry {
  std::string name;
  const TensorType* type;
  std::vector<std::int64_t> shape;
  std::size_t begin;  ///< bytes from the end of the header
  std::size_t end;
};

struct TensorHeader {
  std::vector<TensorEntry> entries;  ///< as the header lists them
  std::map<std::string, std::string> metadata;
  std::size_t data = 0;  ///< where the data begins in the file
};

/// Reads the header of the whole file `bytes`. Every entry that it returns lies inside the file, is
/// as large as its type and shape say, and they cover the data without gap or overlap. Throws a
/// checkpoint error that begins with `file` and the byte.
TensorHeader read_tensor_header(std::string_view bytes, const std::string& file);

/// The length and text with which a file of these entries begins.
std::string write_tensor_header(const std::vector<TensorEntry>& entries,
                                const std::map<std::string, std::string>& metadata);

}  // namespace onecycle
