#include "onecycle/data/source.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "onecycle/core/error.h"
#include "onecycle/data/digits.h"

namespace onecycle {
namespace {

std::string refusal(ErrorKind kind, const std::string& name, const TableOptions& options = {}) {
  try {
    open_data(name, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "accepted";
}

TEST(Digits, Are1797ImagesOfTenDigits) {
  const LoadedData data = digits();
  EXPECT_EQ(data.examples->inputs().sizes(), (std::vector<std::int64_t>{1797, 1, 8, 8}));
  EXPECT_EQ(data.task.input_shape, (std::vector<std::int64_t>{1, 8, 8}));
  EXPECT_EQ(data.task.outputs(), 10);
  EXPECT_EQ(data.examples->inputs().min().item<float>(), 0.F);
  EXPECT_EQ(data.examples->inputs().max().item<float>(), 1.F);
  const torch::Tensor counts = at::bincount(data.examples->targets());
  EXPECT_EQ(counts.size(0), 10);
  EXPECT_GE(counts.min().item<std::int64_t>(), 174);
}

TEST(Digits, PixelsStandWhereTheyStoodInTheFile) {
  const LoadedData image = digits();
  const LoadedData table = open_data(ONECYCLE_TEST_DATA "/../../data/digits.csv");
  EXPECT_EQ(table.task.classes, image.task.classes);
  EXPECT_TRUE(torch::equal(table.examples->targets(), image.examples->targets()));
  EXPECT_TRUE(torch::equal(table.examples->inputs(),
                           (image.examples->inputs() * 16).flatten(1).to(torch::kDouble)));
}

TEST(OpenData, FindsBuiltInsAndFiles) {
  EXPECT_EQ(open_data("digits").name, "digits");
  const LoadedData cancer = open_data(ONECYCLE_TEST_DATA "/breast_cancer.csv");
  EXPECT_EQ(cancer.name, "breast_cancer");
  EXPECT_EQ(cancer.task.classes, (std::vector<std::string>{"benign", "malignant"}));
  EXPECT_EQ(cancer.examples->inputs().sizes(), (std::vector<std::int64_t>{569, 30}));
  const LoadedData diabetes =
      open_data(ONECYCLE_TEST_DATA "/diabetes.csv", {.target = "progression", .task = {}});
  EXPECT_EQ(diabetes.task.kind, TaskKind::regression);
  EXPECT_EQ(diabetes.examples->size(), 442);
}

TEST(OpenData, EveryBuiltInOpensAndNamesItsAuthors) {
  ASSERT_FALSE(built_in_data().empty());
  for (const auto& entry : built_in_data()) {
    const LoadedData data = open_data(entry.name);
    EXPECT_EQ(data.examples->size(), entry.examples);
    EXPECT_NE(entry.credit.find("CC BY 4.0"), std::string::npos);
  }
}

TEST(OpenData, RefusesWhatIsNeither) {
  EXPECT_EQ(refusal(ErrorKind::data, "digts"),
            "data 'digts': expected the name of a built-in data set or of a file, got neither; did "
            "you mean 'digits'?");
  EXPECT_EQ(refusal(ErrorKind::data, "no/such.csv"),
            "data 'no/such.csv': expected the name of a built-in data set or of a file, got "
            "neither; known: digits");
  EXPECT_EQ(refusal(ErrorKind::data, ONECYCLE_TEST_DATA),
            ONECYCLE_TEST_DATA ": expected a file, got a folder");
}

TEST(OpenData, BuiltInsHaveTheirOwnTarget) {
  EXPECT_EQ(refusal(ErrorKind::usage, "digits", {.target = "p00", .task = {}}),
            "target: expected none with the built-in data set 'digits', got 'p00'; leave it out");
  EXPECT_EQ(refusal(ErrorKind::usage, "digits", {.target = "", .task = TaskKind::regression}),
            "task: expected classification with the built-in data set 'digits', got regression; "
            "leave it out");
}

}  // namespace
}  // namespace onecycle
