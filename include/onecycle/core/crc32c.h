// CRC-32C, the checksum of TensorFlow's record files.
#pragma once

#include <cstdint>
#include <string_view>

namespace onecycle {

/// The CRC of `bytes` with Castagnoli's polynomial, reflected; of nothing 0. Source: RFC 3720,
/// section 12.1 and appendix B.4.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace onecycle
