#include "onecycle/core/text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"

namespace onecycle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(FormatNumber, IsTheShortestThatComesBack) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(1e-7), "1e-07");
  EXPECT_EQ(format_number(3.0), "3");
  EXPECT_EQ(format_number(-0.0), "-0");
  EXPECT_EQ(format_number(NAN), "nan");
  EXPECT_EQ(format_number(kInfinity), "inf");
  EXPECT_EQ(format_number(-kInfinity), "-inf");
}

TEST(FormatNumber, EveryNumberComesBack) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(random.next());
    const auto back = parse_number(format_number(value));
    ASSERT_TRUE(back.has_value());
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(*back));
    } else {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(*back), std::bit_cast<std::uint64_t>(value));
    }
  }
}

TEST(FormatBrief, KeepsTheDigitsThatPeopleRead) {
  EXPECT_EQ(format_brief(0.0123456), "0.0123");
  EXPECT_EQ(format_brief(1.2e-7), "1.2e-07");
  EXPECT_EQ(format_brief(3.0), "3");
  EXPECT_EQ(format_brief(0.123456, 5), "0.12346");
  EXPECT_EQ(format_brief(NAN), "nan");
}

TEST(FormatDuration, ReadsAsPeopleSayIt) {
  EXPECT_EQ(format_duration(0.417), "0.42 s");
  EXPECT_EQ(format_duration(12.34), "12.3 s");
  EXPECT_EQ(format_duration(187), "3:07");
  EXPECT_EQ(format_duration(7509), "2:05:09");
}

TEST(FormatDuration, NeverShowsSixtySeconds) {
  EXPECT_EQ(format_duration(59.96), "1:00");
  EXPECT_EQ(format_duration(59.94), "59.9 s");
  EXPECT_EQ(format_duration(9.996), "10.0 s");
  EXPECT_EQ(format_duration(3599.6), "1:00:00");
}

TEST(FormatBytes, CountsInThousands) {
  EXPECT_EQ(format_bytes(0), "0 bytes");
  EXPECT_EQ(format_bytes(999), "999 bytes");
  EXPECT_EQ(format_bytes(1000), "1 kB");
  EXPECT_EQ(format_bytes(9912422), "9.91 MB");
  EXPECT_EQ(format_bytes(170052171), "170 MB");
  EXPECT_EQ(format_bytes(2'500'000'000'000'000), "2.5e+03 TB");
}

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number(" 1.5e-3\r"), 1.5e-3);
  EXPECT_EQ(parse_number("+2"), 2.0);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("-inf"), -kInfinity);
  for (const char* text :
       {"", " ", "+", "+-1", "++1", "1,5", "1.5x", "abc", "0x10", "1 2", "--1"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(ParseInteger, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_integer("-42 "), -42);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "1.0", "1e3", "9223372036854775808", "a"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

TEST(ParseBytes, KnowsBothKindsOfUnits) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes(" 1048576 "), 1 << 20);
  EXPECT_EQ(parse_bytes("12b"), 12);
  EXPECT_EQ(parse_bytes("1.5 kB"), 1500);
  EXPECT_EQ(parse_bytes("500MB"), 500'000'000);
  EXPECT_EQ(parse_bytes("2GiB"), std::int64_t{2} << 30);
  EXPECT_EQ(parse_bytes("1tib"), std::int64_t{1} << 40);
  for (const char* text : {"", "GiB", "-1MB", "2 GiBs", "1e30", "nan", "9223372036854775808"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

TEST(Split, UndoesJoin) {
  const std::vector<std::string> pieces{"", "a", "", "bc", ""};
  EXPECT_EQ(split(join(pieces, ","), ','), pieces);
  EXPECT_EQ(split("", ','), std::vector<std::string>{""});
}

TEST(Trim, LeavesInnerBlanks) {
  EXPECT_EQ(trim("\t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(NearestName, ForgivesASlip) {
  const std::vector<std::string> names{"one_cycle", "cosine", "constant"};
  EXPECT_EQ(nearest_name("onecyle", names), "one_cycle");
  EXPECT_EQ(nearest_name("cosnie", names), "cosine");
  EXPECT_EQ(nearest_name("contsant", names), "constant");
  EXPECT_EQ(nearest_name("warmup", names), std::nullopt);
}

TEST(SuggestName, NamesTheNearestOrAll) {
  EXPECT_EQ(suggest_name("valey", {"valley", "steep"}), "; did you mean 'valley'?");
  EXPECT_EQ(suggest_name("x", {"valley", "steep"}), "; known: valley, steep");
}

TEST(Errors, CarryKindExitCodeAndTheWholeMessage) {
  try {
    require(true, ErrorKind::data, "not thrown");
    require(1 > 2, ErrorKind::data, "rows: expected ", 3, ", got ", 0.5, ' ', true);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "rows: expected 3, got 0.5 true");
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.exit_code(), 3);
  }
}

}  // namespace
}  // namespace onecycle
