#include "onecycle/data/source.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/data/digits.h"
#include "onecycle/data/image.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

std::string refusal(ErrorKind kind, const std::string& name, const DataOptions& options = {}) {
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
  EXPECT_EQ(data.examples->all().inputs.sizes(), (std::vector<std::int64_t>{1797, 1, 8, 8}));
  EXPECT_EQ(data.task.input_shape, (std::vector<std::int64_t>{1, 8, 8}));
  EXPECT_EQ(data.task.outputs(), 10);
  EXPECT_EQ(data.examples->all().inputs.min().item<float>(), 0.F);
  EXPECT_EQ(data.examples->all().inputs.max().item<float>(), 1.F);
  const torch::Tensor counts = at::bincount(data.examples->all().targets);
  EXPECT_EQ(counts.size(0), 10);
  EXPECT_GE(counts.min().item<std::int64_t>(), 174);
}

TEST(Digits, PixelsStandWhereTheyStoodInTheFile) {
  const LoadedData image = digits();
  const LoadedData table = open_data(ONECYCLE_TEST_DATA "/../../data/digits.csv");
  EXPECT_EQ(table.task.classes, image.task.classes);
  EXPECT_TRUE(torch::equal(table.examples->all().targets, image.examples->all().targets));
  EXPECT_TRUE(torch::equal(table.examples->all().inputs,
                           (image.examples->all().inputs * 16).flatten(1).to(torch::kDouble)));
}

TEST(OpenData, FindsBuiltInsAndFiles) {
  EXPECT_EQ(open_data("digits").name, "digits");
  const LoadedData cancer = open_data(ONECYCLE_TEST_DATA "/breast_cancer.csv");
  EXPECT_EQ(cancer.name, "breast_cancer");
  EXPECT_EQ(cancer.task.classes, (std::vector<std::string>{"benign", "malignant"}));
  EXPECT_EQ(cancer.examples->all().inputs.sizes(), (std::vector<std::int64_t>{569, 30}));
  const LoadedData diabetes =
      open_data(ONECYCLE_TEST_DATA "/diabetes.csv", {.table = {.target = "progression"}});
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

TEST(OpenData, RefusesWhatIsNone) {
  EXPECT_EQ(
      refusal(ErrorKind::data, "digts"),
      "data 'digts': expected the name of a built-in data set, a file or a folder, got none of "
      "them; did you mean 'digits'?");
  EXPECT_EQ(refusal(ErrorKind::data, "no/such.csv"),
            "data 'no/such.csv': expected the name of a built-in data set, a file or a folder, got "
            "none of them; known: digits");
}

TEST(OpenData, BuiltInsHaveTheirOwnTargetAndSize) {
  EXPECT_EQ(refusal(ErrorKind::usage, "digits", {.table = {.target = "p00"}}),
            "target: expected none with 'digits', got 'p00'; leave it out");
  EXPECT_EQ(refusal(ErrorKind::usage, "digits", {.table = {.task = TaskKind::regression}}),
            "task: expected classification with 'digits', got regression; leave it out");
  EXPECT_EQ(refusal(ErrorKind::usage, "digits", {.images = {.size = ImageSize{8, 8}}}),
            "image size: expected none with 'digits', got 8x8; it is for folders of images");
}

TEST(OpenData, AFolderOfClassesIsASetOfImages) {
  const TempFolder folder;
  for (const char* name : {"cat", "dog"}) {
    std::filesystem::create_directory(folder.path() / name);
    for (int i = 0; i < 3; ++i) {
      write_png(folder.path() / name / cat(i, ".png"), at::full({1, 4, 5}, i, torch::kByte));
    }
  }
  const LoadedData data = open_data(folder.path());
  EXPECT_TRUE(data.images);
  EXPECT_EQ(data.task.classes, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(data.task.input_shape, (std::vector<std::int64_t>{1, 4, 5})) << "they are grey";
  EXPECT_EQ(data.name, folder.path().filename());
  EXPECT_FALSE(data.parts);
  EXPECT_EQ(
      refusal(ErrorKind::usage, folder.path(), {.table = {.target = "x"}}),
      cat("target: expected none with '", folder.path().native(), "', got 'x'; leave it out"));
}

TEST(DataFingerprint, ChangesWithNamesAndSizesAlone) {
  const TempFolder folder;
  write_file(folder.path() / "a", "1");
  const std::string before = data_fingerprint(folder.path());
  EXPECT_EQ(data_fingerprint(folder.path()), before);
  write_file(folder.path() / "b", "");
  EXPECT_NE(data_fingerprint(folder.path()), before);
  EXPECT_EQ(data_fingerprint("digits"), "digits");
  EXPECT_EQ(data_fingerprint(folder.path() / "a"), sha256("1"));
}

}  // namespace
}  // namespace onecycle
