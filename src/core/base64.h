// Bytes as text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// RFC 4648, with padding, on one line.
std::string to_base64(std::span<const std::uint8_t> bytes);

/// Nothing if `text` is not what `to_base64` writes.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace onecycle
