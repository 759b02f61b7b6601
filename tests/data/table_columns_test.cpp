// What becomes of the columns of a table: categories and missing values.

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/data/table.h"
#include "support/message.h"

namespace onecycle {
namespace {

using FeatureNames = std::vector<std::string>;

std::string refused_table(const std::string& text) {
  return message_of(ErrorKind::data, [&] { parse_table(text, "t.csv"); });
}

torch::Tensor table_rows(const std::vector<std::vector<double>>& values) {
  std::vector<torch::Tensor> out;
  for (const auto& row : values) {
    out.push_back(at::tensor(row, torch::kDouble));
  }
  return at::stack(out);
}

TEST(TableColumns, TextsBecomeAFeatureForEachInAlphabeticalOrder) {
  const LoadedData data =
      parse_table("kind,x,y\noak,1,a\n ash ,2,b\n3,3,a\n\"oak\",4,b\n", "t.csv");
  EXPECT_EQ(data.task.features, (FeatureNames{"kind=3", "kind=ash", "kind=oak", "x"}));
  EXPECT_TRUE(torch::equal(data.examples->all().inputs,
                           table_rows({{0, 0, 1, 1}, {0, 1, 0, 2}, {1, 0, 0, 3}, {0, 0, 1, 4}})));
}

TEST(TableColumns, MissingNumbersAreTheMedianAndMarked) {
  for (const char* missing : {"", " ", "NA", "n/a", "nan", "NaN", "?", "null"}) {
    const LoadedData data = parse_table(
        cat("x,z,y\n10,1,a\n", missing, ",1,b\n1,1,a\n2,1,b\n", missing, ",1,a\n"), "t.csv");
    EXPECT_EQ(data.task.features, (FeatureNames{"x", "x_missing", "z"}));
    EXPECT_TRUE(torch::equal(data.examples->all().inputs,
                             table_rows({{10, 0, 1}, {2, 1, 1}, {1, 0, 1}, {2, 0, 1}, {2, 1, 1}})));
  }
  const LoadedData even = parse_table("x,y\n10,a\n,b\n1,a\n2,b\n5,b\n", "t.csv");
  EXPECT_EQ(even.examples->all().inputs[1][0].item<double>(), 3.5);
}

TEST(TableColumns, MissingCategoriesAreMarkedAlone) {
  const LoadedData data = parse_table("kind,y\noak,a\n?,b\nash,a\n,b\n", "t.csv");
  EXPECT_EQ(data.task.features, (FeatureNames{"kind=ash", "kind=oak", "kind_missing"}));
  EXPECT_TRUE(torch::equal(data.examples->all().inputs,
                           table_rows({{0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 0, 1}})));
}

TEST(TableColumns, FactsSayWhatWasDone) {
  const auto facts = parse_table("kind,x,y\noak,1,a\n?,2,b\nash,,a\nash,3,b\n", "t.csv").facts;
  const std::vector<Fact> expected{
      {"examples", "4"},
      {"features", "5"},
      {"categories", "one feature for each value of kind"},
      {"missing values",
       "2, each marked in a feature of its own; numbers are filled in with the column's median"},
      {"target", "y"},
      {"task", "classification"},
      {"classes", "2"}};
  ASSERT_EQ(facts.size(), expected.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    EXPECT_EQ(facts[i].name, expected[i].name);
    EXPECT_EQ(facts[i].value, expected[i].value);
  }
}

TEST(TableColumns, ATextAmongNumbersIsASlipAndNoCategory) {
  EXPECT_EQ(
      refused_table("x,y\n1,a\n2,b\n3x,a\n,b\n"),
      "t.csv:4: column 'x': expected a number, as most rows have, got '3x'; mend it, or leave "
      "it empty if it is not known");
}

TEST(TableColumns, ManyTextsAreNoCategories) {
  std::string text = "x,y\n1,a\n";
  for (int i = 0; i < 99; ++i) {
    text += cat("text", i, ",b\n");
  }
  EXPECT_EQ(parse_table(text, "t.csv").task.features.size(), 100);
  EXPECT_EQ(refused_table(text + "more,a\n"),
            "t.csv:3: column 'x': expected numbers, or at most 100 different texts, got 'text0' "
            "and more; leave the column out");
}

TEST(TableColumns, RefusesColumnsThatSayNothingOrCannotBeNamed) {
  EXPECT_EQ(refused_table("x,z,y\n1,,a\n2,NA,b\n3,,a\n"),
            "t.csv: column 'z': expected values, got none in any row; leave the column out");
  EXPECT_EQ(refused_table("x,x_missing,y\n1,1,a\n,2,b\n3,3,a\n"),
            "t.csv: expected no column of the name 'x_missing', which is made from another; "
            "rename it");
}

}  // namespace
}  // namespace onecycle
