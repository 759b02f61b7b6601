#include "onecycle/core/csv.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"

namespace onecycle {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void expect_refused(const std::string& text, const std::string& message) {
  try {
    parse_csv(text, "t.csv");
    ADD_FAILURE() << "accepted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.what(), message);
  }
}

TEST(Csv, ReadsColumnsRowsAndTheirLines) {
  const CsvTable table = parse_csv("lr,loss\n0.1,2\n0.2,3\n", "t.csv");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"lr", "loss"}));
  EXPECT_EQ(table.rows, (Rows{{"0.1", "2"}, {"0.2", "3"}}));
  EXPECT_EQ(table.lines, (std::vector<std::int64_t>{2, 3}));
}

TEST(Csv, LineEndsMarksAndBlankLinesDoNotMatter) {
  const Rows rows{{"1", "x"}, {"", ""}};
  for (const char* text :
       {"a,b\n1,x\n,\n", "a,b\n1,x\n,", "a,b\r\n1,x\r\n,\r\n", "a,b\r\n1,x\r\n,\r",
        "\xef\xbb\xbf"
        "a,b\n1,x\n,\n",
        "\n\na, b \n\n1,x\n  \t\n,\n\n\n"}) {
    const CsvTable table = parse_csv(text, "t.csv");
    EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b"})) << text;
    EXPECT_EQ(table.rows, rows) << text;
  }
}

TEST(Csv, QuotedFieldsHoldAnything) {
  const CsvTable table = parse_csv(
      "a,\"b,c\"\n\"1,5\",\"say \"\"hi\"\"\"\n\"two\r\nlines\", \"x\" \n\"\",\"\"\"\"\nz,5\" "
      "disk\n",
      "t.csv");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b,c"}));
  EXPECT_EQ(table.rows,
            (Rows{{"1,5", "say \"hi\""}, {"two\r\nlines", "x"}, {"", "\""}, {"z", "5\" disk"}}));
  EXPECT_EQ(table.lines, (std::vector<std::int64_t>{2, 3, 5, 6}));
}

TEST(Csv, WhatIsWrittenComesBack) {
  Random random(1);
  const std::string letters = "ab ,\"\r\n\t.";
  for (int trial = 0; trial < 500; ++trial) {
    const std::size_t width = 1 + random.below(3);
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < width; ++i) {
      columns.push_back(cat("c", i));
    }
    std::string text = csv_row(columns);
    Rows rows;
    for (std::size_t r = 0; r <= random.below(4); ++r) {
      auto& row = rows.emplace_back(width);
      for (auto& field : row) {
        for (std::size_t n = random.below(5); n > 0; --n) {
          field += letters[random.below(letters.size())];
        }
      }
      text += csv_row(row);
    }
    EXPECT_EQ(parse_csv(text, "t.csv").rows, rows) << text;
  }
}

TEST(Csv, RefusesRowsOfAnotherLength) {
  expect_refused("a,b,c\n1,2,3\n1,2\n",
                 "t.csv:3: expected 3 fields, got 2; give every row one value for each column");
  expect_refused("a,b\n\"x\ny\",2\n\n1,2,3\n",
                 "t.csv:5: expected 2 fields, got 3; give every row one value for each column");
}

TEST(Csv, RefusesTablesWithoutRows) {
  expect_refused("", "t.csv: expected a table, got an empty file");
  expect_refused(" \n\r\n", "t.csv: expected a table, got an empty file");
  expect_refused("a,b\n\n", "t.csv: expected rows under the column names, got none");
}

TEST(Csv, RefusesMisplacedQuotes) {
  expect_refused("a\n1\n\"x\ny\n", "t.csv:3: expected a closing quote, got the end of the file");
  expect_refused("a\n\"x\"y\n",
                 "t.csv:2: expected a comma or the end of the line after a closing quote, got 'y'; "
                 "double the quotes inside a quoted field");
}

TEST(Csv, RefusesColumnsOfTheSameName) {
  expect_refused("a,b, a\n1,2,3\n",
                 "t.csv:1: expected distinct column names, got 'a' twice; rename one");
}

TEST(Csv, RefusesBinaryData) {
  expect_refused(std::string("\xff\xfe"
                             "a\0,\0",
                             6),
                 "t.csv: expected comma-separated text, got binary data; save it as CSV in UTF-8");
}

TEST(Csv, UnknownColumnsNameTheNearest) {
  const CsvTable table = parse_csv("rate,loss\n1,2\n", "t.csv");
  EXPECT_EQ(table.column("loss"), 1U);
  try {
    static_cast<void>(table.column("los"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "t.csv: expected a column 'los', got none; did you mean 'loss'?");
  }
}

}  // namespace
}  // namespace onecycle
