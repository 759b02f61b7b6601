#include "onecycle/report/table.h"

#include <gtest/gtest.h>

#include <limits>

namespace onecycle {
namespace {

TEST(Table, AlignsNumbersRightAndTextLeft) {
  const Table table{{"policy", "lr", "meaning"},
                    {{"one_cycle", "0.1", "up and down"}, {"flat", "12.25", "level"}}};
  EXPECT_EQ(format_table(table),
            "policy        lr  meaning\n"
            "one_cycle    0.1  up and down\n"
            "flat       12.25  level\n");
}

TEST(Table, WrapsTheLastColumnBetweenWords) {
  const Table table{{"name", "meaning"}, {{"beta", "one two three four five six seven"}}};
  EXPECT_EQ(format_table(table, {.columns = 30}),
            "name  meaning\n"
            "beta  one two three four five\n"
            "      six seven\n");
}

TEST(Table, StaysReadableInANarrowTerminal) {
  const Table table{{"a long first column", "meaning"}, {{"x", "aaaa bbbb cccc dddd eeee ffff"}}};
  EXPECT_EQ(format_table(table, {.columns = 10}),
            "a long first column  meaning\n"
            "x                    aaaa bbbb cccc dddd\n"
            "                     eeee ffff\n");
}

TEST(Table, FillsShortRowsAndEndsNoLineInBlanks) {
  const Table table{{"a", "b", "c"}, {{"x"}, {"y", "z", "word"}}};
  EXPECT_EQ(format_table(table), "a  b  c\nx\ny  z  word\n");
}

TEST(Table, CountsCodePointsNotBytes) {
  const Table table{{"n", "x"}, {{"\u00e9t\u00e9", "a"}, {"abc", "b"}}};
  EXPECT_EQ(format_table(table), "n    x\n\u00e9t\u00e9  a\nabc  b\n");
}

TEST(Table, TakesCountsDurationsAndMissingValuesAsNumbers) {
  const Table table{{"a", "b", "c", "d"},
                    {{"1,234", "0.42 s", "-", "1e-07"}, {"7", "3:07", "0.5", "nan"}}};
  EXPECT_EQ(numeric_columns(table), (std::vector<bool>{true, true, true, true}));
  EXPECT_EQ(numeric_columns({{"a"}, {{"1"}, {"one"}}}), std::vector<bool>{false});
}

TEST(Table, BoldHeaderOnlyWhenAsked) {
  const Table table{{"a"}, {{"1"}}};
  EXPECT_EQ(format_table(table).find('\x1b'), std::string::npos);
  EXPECT_EQ(format_table(table, {.colour = true}), "\x1b[1ma\x1b[0m\n1\n");
}

TEST(Table, OfNothingIsNothing) { EXPECT_EQ(format_table({}), ""); }

TEST(Cell, HasAFixedPrecision) {
  EXPECT_EQ(format_cell(0.0831), "0.0831");
  EXPECT_EQ(format_cell(-12.5), "-12.5000");
  EXPECT_EQ(format_cell(0.0), "0.0000");
  EXPECT_EQ(format_cell(1.234e-7), "1.23e-07");
  EXPECT_EQ(format_cell(123456789.0), "1.23e+08");
  EXPECT_EQ(format_cell(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Count, SeparatesThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(-1234567), "-1,234,567");
  EXPECT_EQ(format_count(-123), "-123");
}

}  // namespace
}  // namespace onecycle
