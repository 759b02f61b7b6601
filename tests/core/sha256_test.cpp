#include "onecycle/core/sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace onecycle {
namespace {

// The answers are those of FIPS 180-4's examples.
TEST(Sha256, AgreesWithThePublishedExamples) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnThePieces) {
  const std::string text = "the quick brown fox jumps over the lazy dog, and over again, and again";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 hash;
    hash.update(text.substr(0, cut));
    hash.update(text.data() + cut, text.size() - cut);
    EXPECT_EQ(hash.hex(), sha256(text)) << cut;
  }
}

TEST(Sha256, GoesOnAfterAnAnswer) {
  Sha256 hash;
  hash.update("a");
  EXPECT_EQ(hash.hex(), sha256("a"));
  EXPECT_EQ(hash.hex(), sha256("a"));
  hash.update("bc");
  Sha256 moved = std::move(hash);
  EXPECT_EQ(moved.hex(), sha256("abc"));
}

}  // namespace
}  // namespace onecycle
