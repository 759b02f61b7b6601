// SHA-256 of bytes that arrive in pieces.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace onecycle {

/// A running hash. Source: FIPS 180-4.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void update(const void* bytes, std::size_t size);
  void update(std::string_view text) { update(text.data(), text.size()); }

  /// The hash of everything so far as 64 lower-case hexadecimal digits; more may follow.
  [[nodiscard]] std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The hash of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace onecycle
