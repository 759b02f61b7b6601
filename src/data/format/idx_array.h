// An IDX file in memory, apart from any tensor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

struct IdxType {
  unsigned char code;  ///< the third byte of a file
  std::size_t size;    ///< bytes of one number
};

/// The types of the format, in the order of their codes: uint8, int8, int16, int32, float32,
/// float64.
const std::vector<IdxType>& idx_types();

struct IdxArray {
  std::size_t type = 0;             ///< in `idx_types`
  std::vector<std::int64_t> shape;  ///< sizes from 1
  std::string data;                 ///< the numbers, in the byte order of this machine
};

/// Reads a file, plain or packed; for the errors see `read_idx`.
IdxArray parse_idx(std::string_view bytes, const std::string& source);

}  // namespace onecycle
