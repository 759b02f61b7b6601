#include "core/base64.h"

#include <openssl/evp.h>

namespace onecycle {
namespace {

constexpr std::size_t kBytes = 3;  // become
constexpr std::size_t kLetters = 4;

unsigned char* letters_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());  // what OpenSSL calls a letter
}

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  // One more: a zero is written behind the text.
  std::string text((bytes.size() + kBytes - 1) / kBytes * kLetters + 1, '\0');
  const int length =
      EVP_EncodeBlock(letters_of(text), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  std::vector<std::uint8_t> bytes(text.size() / kLetters * kBytes + 1);
  std::string letters(text);
  const int length =
      EVP_DecodeBlock(bytes.data(), letters_of(letters), static_cast<int>(letters.size()));
  const auto padding = static_cast<int>(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  if (text.size() % kLetters != 0 || length < padding) {
    return std::nullopt;
  }
  bytes.resize(static_cast<std::size_t>(length - padding));
  return to_base64(bytes) == text ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace onecycle
