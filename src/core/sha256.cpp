#include "onecycle/core/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

void check(bool succeeded) {
  require(succeeded, ErrorKind::internal, "sha256: the cryptography library failed");
}

}  // namespace

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* made) const { EVP_MD_CTX_free(made); }
  };
  using Context = std::unique_ptr<EVP_MD_CTX, Free>;

  Context context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  check(state_->context && EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(const void* bytes, std::size_t size) {
  check(EVP_DigestUpdate(state_->context.get(), bytes, size) == 1);
}

std::string Sha256::hex() const {
  const State::Context copy{EVP_MD_CTX_new()};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  check(copy && EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) == 1 &&
        EVP_DigestFinal_ex(copy.get(), digest.data(), &size) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

}  // namespace onecycle
