#include "fetch/content_range.h"

#include <gtest/gtest.h>

namespace onecycle {
namespace {

TEST(ContentRange, ReadsWhatServersSend) {
  const auto range = parse_content_range("bytes 100-199/1000");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 100);
  EXPECT_EQ(range->last, 199);
  EXPECT_EQ(range->total, 1000);
}

TEST(ContentRange, TheTotalMayBeUnknown) {
  const auto range = parse_content_range("bytes 0-9/*");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->total, std::nullopt);
}

TEST(ContentRange, WhatMakesNoSenseIsNone) {
  for (const char* text : {"", "bytes", "bytes */1000", "bytes 5-4/10", "bytes 0-10/10", "0-9/10",
                           "bytes -5-9/10", "bytes 0-9/", "bytes 0-9/ten", "items 0-9/10",
                           "bytes 10/0-9", "bytes 0-99999999999999999999/*"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

}  // namespace
}  // namespace onecycle
