#include "onecycle/report/live_line.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "onecycle/report/table.h"

namespace onecycle {
namespace {

TEST(LiveLine, FillsItsBarAndStaysInTheWindow) {
  EXPECT_EQ(live_line("a.gz", 0.5, {"5 MB", "9 s left"}, {.live = true, .columns = 40}),
            "a.gz  #########........  5 MB  9 s left");
  for (int columns = 1; columns < 100; ++columns) {
    const std::string line =
        live_line("a.gz", 2.0, {"5 MB", "9 s left"}, {.live = true, .columns = columns});
    EXPECT_LE(display_width(line), static_cast<std::size_t>(std::max(columns - 1, 1))) << line;
  }
}

TEST(LiveLine, LeavesOutTheLastPiecesFirst) {
  EXPECT_EQ(live_line("a.gz", 0.5, {"5 MB", "9 s left"}, {.live = true, .columns = 12}),
            "a.gz  5 MB");
}

TEST(LiveLine, TimeLeftReadsAsPeopleSayIt) {
  EXPECT_EQ(time_left(42.4), "42 s left");
  EXPECT_EQ(time_left(60.2), "1:00 left");
  EXPECT_EQ(time_left(187), "3:07 left");
}

}  // namespace
}  // namespace onecycle
