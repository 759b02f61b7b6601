#include "onecycle/data/table.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

using Names = std::vector<std::string>;

std::string fact(const LoadedData& data, const std::string& name) {
  for (const auto& candidate : data.facts) {
    if (candidate.name == name) {
      return candidate.value;
    }
  }
  return "no such fact";
}

void expect_refused(const std::string& text, const TableOptions& options,
                    const std::string& message) {
  try {
    parse_table(text, "t.csv", options);
    ADD_FAILURE() << "accepted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.what(), message);
  }
}

TEST(Table, TextIsClassifiedInAlphabeticalOrder) {
  const LoadedData data = parse_table("a,b,kind\n1,2,oak\n3,4, ash\n5,6,oak\n", "dir/trees.csv");
  EXPECT_EQ(data.name, "trees");
  EXPECT_EQ(data.task.kind, TaskKind::classification);
  EXPECT_EQ(data.task.target, "kind");
  EXPECT_EQ(data.task.classes, (Names{"ash", "oak"}));
  EXPECT_EQ(data.task.features, (Names{"a", "b"}));
  EXPECT_EQ(data.task.input_shape, std::vector<std::int64_t>{2});
  EXPECT_EQ(data.task.outputs(), 2);
  EXPECT_TRUE(torch::equal(data.examples->all().targets, torch::tensor({1, 0, 1}, torch::kLong)));
  EXPECT_TRUE(torch::equal(data.examples->all().inputs,
                           torch::tensor({{1., 2.}, {3., 4.}, {5., 6.}}, torch::kDouble)));
}

TEST(Table, FewWholeNumbersAreClassesInNumericalOrder) {
  const LoadedData data = parse_table("x,y\n0,10\n0,2\n0,10.0\n0,2\n", "t.csv");
  EXPECT_EQ(data.task.classes, (Names{"2", "10"}));
  EXPECT_TRUE(
      torch::equal(data.examples->all().targets, torch::tensor({1, 0, 1, 0}, torch::kLong)));
}

TEST(Table, OtherNumbersAreARegression) {
  for (const char* targets : {"0,1.5\n0,2\n0,1.5\n0,2\n", "0,1\n0,2\n0,3\n0,3\n"}) {
    const LoadedData data = parse_table(std::string("x,y\n") + targets, "t.csv");
    EXPECT_EQ(data.task.kind, TaskKind::regression);
    EXPECT_EQ(data.task.outputs(), 1);
    EXPECT_EQ(data.examples->all().targets.sizes(), std::vector<std::int64_t>{4});
  }
  std::string many = "x,y\n";
  for (int i = 0; i < 42; ++i) {
    many += cat("0,", i / 2, "\n");
  }
  EXPECT_EQ(parse_table(many, "t.csv").task.kind, TaskKind::regression);
  EXPECT_EQ(parse_table(many.substr(0, many.size() - 10), "t.csv").task.kind,
            TaskKind::classification);
}

TEST(Table, TheTaskCanBeSaid) {
  const char* text = "x,y\n0,1\n0,2\n0,1\n0,2\n";
  EXPECT_EQ(parse_table(text, "t.csv", {.target = "", .task = TaskKind::regression}).task.kind,
            TaskKind::regression);
  const LoadedData data = parse_table("x,y\n0,1.5\n0,2\n0,1.5\n", "t.csv",
                                      {.target = "", .task = TaskKind::classification});
  EXPECT_EQ(data.task.classes, (Names{"1.5", "2"}));
}

TEST(Table, TheTargetIsTheOneNamedSoOrTheLast) {
  const auto target = [](const std::string& header, const std::string& name = "") {
    return fact(parse_table(header + "\n1,2,2\n2,3,3\n1,2,2\n2,3,3\n", "t.csv",
                            {.target = name, .task = {}}),
                "target");
  };
  EXPECT_EQ(target("a,b,c"), "c");
  EXPECT_EQ(target("a,Label,c"), "Label");
  EXPECT_EQ(target("y,target,c"), "c");
  EXPECT_EQ(target("a,Label,c", "a"), "a");
}

TEST(Table, RefusesWhatIsNoFiniteNumber) {
  expect_refused("x,y\n1,a\n\ninf,a\n", {},
                 "t.csv:4: column 'x': expected a finite number, got inf; leave the row out");
}

TEST(Table, RefusesTargetsThatTeachNothing) {
  expect_refused("x,y\n1,a\n2,a\n", {},
                 "t.csv: target 'y': expected at least two classes, got 'a' in every row; name "
                 "another column");
  expect_refused("x,y\n1,7\n2,7\n", {},
                 "t.csv: target 'y': expected at least two classes, got '7' in every row; name "
                 "another column");
  expect_refused("x,y\n1,0.5\n2,0.5\n", {},
                 "t.csv: target 'y': expected values that differ, got 0.5 in every row; name "
                 "another column");
  expect_refused("x,y\n1,a\n2,b\n3,c\n", {},
                 "t.csv: target 'y': expected classes of several examples each, got 3 classes in 3 "
                 "rows; name another column");
  expect_refused("x,y\n1,a\n2,\n", {},
                 "t.csv:3: column 'y': expected a target, got a missing value; fill it in or leave "
                 "the row out");
  expect_refused("x,y\n1,2\n2,a\n", {.target = "", .task = TaskKind::regression},
                 "t.csv:3: column 'y': expected a finite number as the target of a regression, got "
                 "'a'");
}

TEST(Table, RefusesColumnsThatAreNotThere) {
  expect_refused("width,height,kind\n1,2,a\n", {.target = "knd", .task = {}},
                 "t.csv: expected a target column 'knd', got none; did you mean 'kind'?");
  expect_refused("y\n1\n", {},
                 "t.csv: expected a target and at least one other column, got 'y' alone");
  expect_refused("x,y\n", {}, "t.csv: expected rows under the column names, got none");
  expect_refused("", {}, "t.csv: expected a table, got an empty file");
  expect_refused(",x,y\n0,1,a\n", {},
                 "t.csv:1: expected a name for every column, got none for column 1; name it, or "
                 "leave it out if it only counts the rows");
  expect_refused("x,y\n1,a\n1\n", {},
                 "t.csv:3: expected 2 fields, got 1; give every row one value for each column");
}

}  // namespace
}  // namespace onecycle
