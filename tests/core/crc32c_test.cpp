#include "onecycle/core/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace onecycle {
namespace {

// The answers are those of RFC 3720, appendix B.4 (there with the lowest byte first), and the check
// value that catalogues of CRCs list for CRC-32C.
TEST(Crc32c, AgreesWithThePublishedExamples) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  std::string rising;
  for (char c = 0; c < 32; ++c) {
    rising += c;
  }
  EXPECT_EQ(crc32c(rising), 0x46DD794EU);
  EXPECT_EQ(crc32c(std::string(rising.rbegin(), rising.rend())), 0x113FDB5CU);
}

}  // namespace
}  // namespace onecycle
