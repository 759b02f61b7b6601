#include "core/base64.h"

#include <openssl/evp.h>

#include <utility>

namespace onecycle {
namespace {

constexpr std::size_t kBytes = 3;  // become
constexpr std::size_t kLetters = 4;

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  // One more: a zero is written behind the text.
  std::vector<std::uint8_t> text((bytes.size() + kBytes - 1) / kBytes * kLetters + 1);
  const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + length};
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  std::vector<std::uint8_t> bytes(text.size() / kLetters * kBytes + 1);
  const std::vector<std::uint8_t> letters(text.begin(), text.end());
  const int length =
      EVP_DecodeBlock(bytes.data(), letters.data(), static_cast<int>(letters.size()));
  const int padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  if (text.size() % kLetters != 0 || length < padding) {
    return std::nullopt;
  }
  bytes.resize(static_cast<std::size_t>(length - padding));
  return to_base64(bytes) == text ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace onecycle
