#include "onecycle/data/tensor_data.h"

#include <gtest/gtest.h>

#include "onecycle/core/error.h"
#include "onecycle/data/safetensors.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

class TensorData : public testing::Test {
 protected:
  [[nodiscard]] LoadedData read(const TensorFile& file) const {
    save_tensors(path_, file);
    return read_tensor_data(path_);
  }
  [[nodiscard]] std::string refusal(const TensorFile& file) const {
    const std::string message = message_of(ErrorKind::data, [&] { (void)read(file); });
    return message.substr(path_.native().size());
  }

  const TempFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "set.safetensors";
};

TEST_F(TensorData, IntegersAreClassesAndFloatsARegression) {
  const LoadedData classes =
      read({.tensors = {{"inputs", at::rand({4, 3})}, {"targets", torch::tensor({0, 2, 1, 0})}},
            .metadata = {{"classes", R"(["a", "b", "c"])"}}});
  EXPECT_EQ(classes.task.kind, TaskKind::classification);
  EXPECT_EQ(classes.task.classes, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(classes.name, "set");
  EXPECT_FALSE(classes.images);
  const LoadedData values =
      read({.tensors = {{"inputs", at::rand({4, 3})}, {"targets", at::rand({4})}}});
  EXPECT_EQ(values.task.kind, TaskKind::regression);
  EXPECT_EQ(values.targets.scalar_type(), torch::kDouble);
}

TEST_F(TensorData, BytesOfFourDimensionsAreImagesAndAPartMayBeForValidation) {
  const LoadedData data = read({.tensors = {{"inputs", at::zeros({4, 3, 2, 2}, torch::kByte)},
                                            {"targets", torch::tensor({0, 1, 1, 0})},
                                            {"valid.inputs", at::ones({2, 3, 2, 2}, torch::kByte)},
                                            {"valid.targets", torch::tensor({1, 0})}}});
  EXPECT_TRUE(data.images);
  ASSERT_TRUE(data.parts);
  EXPECT_EQ(data.parts->valid, (std::vector<std::int64_t>{4, 5}));
  EXPECT_EQ(data.examples->size(), 6);
  EXPECT_EQ(data.task.input_shape, (std::vector<std::int64_t>{3, 2, 2}));
}

TEST_F(TensorData, SaysWhatIsWrong) {
  EXPECT_EQ(refusal({.tensors = {{"inputs", at::rand({4, 3})}}}),
            ": expected tensors 'inputs' and 'targets', got no targets");
  EXPECT_EQ(
      refusal({.tensors = {{"inputs", at::rand({4, 3})}, {"targets", at::rand({3})}}}),
      ": expected inputs [N, ...] and targets [N] with N of at least 1, got 2 and 1 dimensions");
  EXPECT_EQ(
      refusal({.tensors = {{"inputs", at::rand({2, 3})}, {"targets", torch::tensor({0, -1})}}}),
      ": 'targets': expected class indices from 0 on, got -1");
  EXPECT_EQ(refusal({.tensors = {{"inputs", at::full({2, 3}, NAN)}, {"targets", at::rand({2})}}}),
            ": 'inputs': expected finite numbers, got some that are not");
  EXPECT_EQ(refusal({.tensors = {{"inputs", at::rand({2, 3})}, {"targets", torch::tensor({0, 1})}},
                     .metadata = {{"classes", "a, b"}}}),
            ": metadata 'classes': expected a JSON list of names, got 'a, b'");
}

}  // namespace
}  // namespace onecycle
