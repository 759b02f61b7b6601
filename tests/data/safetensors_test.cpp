#include "onecycle/data/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "model/expect_error.h"
#include "model/tensor_bits.h"
#include "onecycle/core/files.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

class Safetensors : public testing::Test {
 protected:
  TensorFile round_trip(const TensorFile& file) const {
    save_tensors(path_, file);
    return load_tensors(path_);
  }

  const TempFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  const std::filesystem::path path_ = folder_ / "t.safetensors";
};

TEST_F(Safetensors, KeepEveryBitOfEveryType) {
  const auto file = tensors_of_every_type();
  const auto read = round_trip(file);
  expect_same_bits(read, file);
  EXPECT_EQ(read.metadata, file.metadata);
}

TEST_F(Safetensors, KeepNanPayloadsAndNegativeZero) {
  auto tensor = torch::empty({3}, torch::kFloat32);
  const std::array<std::uint32_t, 3> bits = {0x7fc12345U, 0xffa00001U, 0x80000000U};
  std::memcpy(tensor.data_ptr(), bits.data(), sizeof bits);
  const auto read = round_trip({.tensors = {{"nan", tensor}}, .metadata = {}});
  EXPECT_EQ(std::memcmp(read.tensors[0].second.const_data_ptr(), bits.data(), sizeof bits), 0);
}

TEST_F(Safetensors, KeepScalarsEmptyAndStridedTensors) {
  const auto images = torch::randn({2, 3, 4, 5});
  const TensorFile file{
      .tensors = {{"scalar", torch::tensor(2.5)},
                  {"empty", torch::empty({0, 3}, torch::kInt64)},
                  {"transposed", torch::randn({3, 4}).t()},
                  {"expanded", torch::randn({3, 1}).expand({3, 4})},
                  {"channels_last", images.contiguous(torch::MemoryFormat::ChannelsLast)},
                  {"every other", torch::arange(10).slice(0, 1, 10, 2)}},
      .metadata = {}};
  expect_same_bits(round_trip(file), file);
}

TEST_F(Safetensors, MayHoldNothing) {
  const auto read = round_trip({});
  EXPECT_TRUE(read.tensors.empty());
  EXPECT_TRUE(read.metadata.empty());
}

TEST_F(Safetensors, KeepAnyName) {
  const TensorFile file{.tensors = {{"", torch::ones({1})},
                                    {"a \"quoted\\ name\n", torch::ones({2})},
                                    {"Gewichte \xc3\xa4", torch::ones({3})}},
                        .metadata = {{"", ""}, {"k\t", "\xc3\xa4 \"v\""}}};
  const auto read = round_trip(file);
  expect_same_bits(read, file);
  EXPECT_EQ(read.metadata, file.metadata);
}

TEST_F(Safetensors, AreAlignedAndTheSameBytesEachTime) {
  const auto file = tensors_of_every_type();
  save_tensors(path_, file);
  const auto bytes = read_file(path_);
  for (const auto& [name, tensor] : load_tensors(path_).tensors) {
    const auto address = reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr());
    EXPECT_EQ(address % tensor.element_size(), 0U) << name;
  }
  save_tensors(path_, file);
  EXPECT_EQ(read_file(path_), bytes);
  EXPECT_EQ(static_cast<unsigned char>(bytes[0]) % 8, 0) << "the data begins at a multiple of 8";
}

TEST_F(Safetensors, MayBeChangedInMemoryButNotInTheFile) {
  auto read = round_trip({.tensors = {{"w", torch::ones({1000})}}, .metadata = {}});
  const auto before = read_file(path_);
  read.tensors[0].second.mul_(3);
  EXPECT_EQ(read.tensors[0].second.sum().item<float>(), 3000);
  EXPECT_EQ(read_file(path_), before);
}

TEST_F(Safetensors, OutliveTheirFileAndTheirFellows) {
  auto tensor =
      round_trip({.tensors = {{"a", torch::ones({5})}, {"b", torch::arange(5)}}, .metadata = {}})
          .tensors[1]
          .second;
  save_tensors(path_, {.tensors = {{"c", torch::zeros({50})}}, .metadata = {}});
  std::filesystem::remove(path_);
  EXPECT_TRUE(torch::equal(tensor, torch::arange(5)));
}

TEST_F(Safetensors, RefuseWhatTheFormatDoesNotHave) {
  const auto save = [&](const std::string& name, const torch::Tensor& tensor) {
    return [this, name, tensor] {
      save_tensors(path_, {.tensors = {{name, tensor}}, .metadata = {}});
    };
  };
  expect_error(save("z", torch::zeros({2}, torch::kComplexFloat)), ErrorKind::usage,
               "safetensors: tensor 'z': expected a real type that the format has, got "
               "ComplexFloat; convert it");
  expect_error(save("s", torch::eye(3).to_sparse()), ErrorKind::usage,
               "safetensors: tensor 's': expected a dense tensor, got another; make it dense");
  expect_error(save("u", torch::Tensor()), ErrorKind::usage, "expected a dense tensor");
  expect_error(save("__metadata__", torch::ones({1})), ErrorKind::usage,
               "expected distinct names other than __metadata__, got '__metadata__'");
  expect_error(save("\xff", torch::ones({1})), ErrorKind::usage,
               "expected names and metadata in "
               "UTF-8");
  const TensorFile twice{.tensors = {{"a", torch::ones({1})}, {"a", torch::ones({1})}},
                         .metadata = {}};
  expect_error([&] { save_tensors(path_, twice); }, ErrorKind::usage, "got 'a'");
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(Safetensors, NameThePathThatCannotBeRead) {
  expect_error([&] { load_tensors(folder_ / "none"); }, ErrorKind::checkpoint,
               "none: expected a readable file, got: No such file or directory; check the path");
  expect_error([&] { load_tensors(folder_); }, ErrorKind::checkpoint, "got: a folder");
}

}  // namespace
}  // namespace onecycle
