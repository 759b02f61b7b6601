#include "onecycle/data/idx.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "data/bytes.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using testing::StartsWith;

/// An IDX file of the type and sizes, each below 256.
std::string idx(int type, const std::vector<int>& sizes, const std::string& data) {
  std::string out = bytes_of({0, 0, type, static_cast<int>(sizes.size())});
  for (const int size : sizes) {
    out += bytes_of({0, 0, 0, size});
  }
  return out + data;
}

class Idx : public testing::Test {
 protected:
  torch::Tensor read(const std::string& bytes) {
    write_file(path(), bytes);
    return read_idx(path());
  }
  std::string refusal(const std::string& bytes) {
    return message_of(ErrorKind::data, [&] { read(bytes); }).substr(path().native().size());
  }
  [[nodiscard]] fs::path path() const { return folder_.path() / "file"; }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }

  /// Images of 2 x 1 pixels, the first of which counts from `first`, and their labels.
  void write_part(const std::string& part, int first, const std::vector<int>& labels) const {
    std::vector<int> pixels;
    for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
      pixels.insert(pixels.end(), {first + i, 7});
    }
    const int count = static_cast<int>(labels.size());
    write_file(folder() / (part + "-images-idx3-ubyte"), idx(8, {count, 2, 1}, bytes_of(pixels)));
    write_file(folder() / (part + "-labels-idx1-ubyte.gz"),
               gzip(idx(8, {count}, bytes_of(labels))));
  }

 private:
  TempFolder folder_;
};

TEST_F(Idx, ReadsEveryTypePlainAndPacked) {
  const std::vector<std::pair<std::string, torch::Tensor>> cases{
      {idx(0x08, {2}, bytes_of({1, 255})), at::tensor({1, 255}, torch::kUInt8)},
      {idx(0x09, {2}, bytes_of({1, 255})), at::tensor({1, -1}, torch::kInt8)},
      {idx(0x0b, {2}, bytes_of({1, 2, 255, 254})), at::tensor({258, -2}, torch::kInt16)},
      {idx(0x0c, {1}, bytes_of({1, 2, 3, 4})), at::tensor({0x01020304}, torch::kInt32)},
      {idx(0x0d, {1}, bytes_of({0xc0, 0x20, 0, 0})), at::tensor({-2.5}, torch::kFloat32)},
      {idx(0x0e, {1}, bytes_of({0x3f, 0xd0, 0, 0, 0, 0, 0, 0})),
       at::tensor({0.25}, torch::kFloat64)},
      {idx(0x08, {1, 2, 3}, bytes_of({1, 2, 3, 4, 5, 6})),
       at::arange(1, 7, torch::kUInt8).view({1, 2, 3})}};
  for (const auto& [bytes, expected] : cases) {
    for (const std::string& file : {bytes, gzip(bytes)}) {
      const torch::Tensor array = read(file);
      EXPECT_EQ(array.scalar_type(), expected.scalar_type());
      EXPECT_TRUE(torch::equal(array, expected)) << array;
    }
  }
}

TEST_F(Idx, RefusesWhatIsNoIdxFile) {
  EXPECT_EQ(refusal("hello, world"),
            ":0: expected an IDX file, which begins with two zeros, got other bytes");
  EXPECT_EQ(refusal(""), ":0: expected an IDX file, which begins with two zeros, got other bytes");
  EXPECT_EQ(refusal(idx(10, {1}, "a")), ":2: expected an IDX type, 8, 9 or 11 to 14, got 10");
  EXPECT_EQ(refusal(idx(8, {}, "a")), ":3: expected 1 to 8 dimensions, got 0");
  EXPECT_EQ(refusal(idx(8, {1, 0}, "a")), ":8: expected sizes of at least 1, got 0");
  EXPECT_EQ(refusal(bytes_of({0, 0, 8, 2, 0, 0, 0})),
            ":7: expected the sizes of 2 dimensions, got the end of the file; it is cut off: copy "
            "it again");
}

TEST_F(Idx, RefusesMoreOrLessDataThanItsHeaderSays) {
  const std::string damaged = "; it is damaged or cut off: copy it again";
  EXPECT_EQ(refusal(idx(8, {9}, "abcdefgh")),
            ": expected 9 bytes of data after its header, got 8" + damaged);
  EXPECT_EQ(refusal(idx(8, {7}, "abcdefgh")),
            ": expected 7 bytes of data after its header, got more" + damaged);
  EXPECT_EQ(refusal(gzip(idx(8, {9}, "abcdefgh"))),
            ": expected 9 bytes of data after its header, got 8" + damaged);
  const std::string packed = gzip(idx(8, {8}, "abcdefgh"));
  EXPECT_EQ(refusal(packed.substr(0, packed.size() - 12)),
            cat(": expected whole gzip, got the end of the file after ", packed.size() - 12,
                " bytes; it is damaged or cut off: copy it again"));
}

TEST_F(Idx, AbsurdSizesAreRefusedBeforeMemoryIsTaken) {
  const std::string absurd =
      bytes_of({0, 0, 14, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  EXPECT_EQ(refusal(absurd),
            ":4: expected sizes of at most the 12 bytes that the file can hold, got 4294967295; it "
            "is damaged or cut off: copy it again");
  EXPECT_THAT(refusal(gzip(absurd)), StartsWith(":4: expected sizes of at most the "));
}

TEST_F(Idx, APackedFileIsUnpackedNoFurtherThanItsHeaderSays) {
  const std::string bomb = gzip(idx(8, {4}, std::string(10'000'000, 'a')));
  EXPECT_LT(bomb.size(), 20'000);
  EXPECT_EQ(refusal(bomb),
            ": expected 4 bytes of data after its header, got more; it is damaged or cut off: copy "
            "it again");
}

TEST_F(Idx, AFolderGivesImagesLabelsAndParts) {
  write_part("t10k", 50, {7, 3});
  EXPECT_TRUE(holds_idx(folder()));
  EXPECT_FALSE(open_idx(folder()).parts.has_value());
  write_part("train", 10, {3, 9, 3});
  const ImageArrays data = open_idx(folder());
  EXPECT_EQ(data.images.sizes(), (std::vector<std::int64_t>{5, 1, 2, 1}));
  EXPECT_TRUE(torch::equal(data.images.select(2, 0).flatten(),
                           at::tensor({10, 11, 12, 50, 51}, torch::kUInt8)));
  EXPECT_EQ(data.classes, (std::vector<std::string>{"3", "7", "9"}));
  EXPECT_TRUE(torch::equal(data.targets, at::tensor({0, 2, 0, 1, 0}, torch::kLong)));
  EXPECT_EQ(data.parts->train, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(data.parts->valid, (std::vector<std::int64_t>{3, 4}));
  const ImageArrays one = open_idx(folder() / "train-images-idx3-ubyte");
  EXPECT_EQ(one.images.size(0), 3);
  EXPECT_FALSE(one.parts.has_value());
}

TEST_F(Idx, AFolderThatDoesNotFitTogetherIsRefused) {
  const auto complaint = [&] { return message_of(ErrorKind::data, [&] { open_idx(folder()); }); };
  const std::string at = folder().native();
  EXPECT_FALSE(holds_idx(folder()));
  EXPECT_EQ(complaint(),
            at + ": expected train-images-idx3-ubyte or t10k-images-idx3-ubyte, plain or .gz, got "
                 "neither");
  write_file(folder() / "train-images-idx3-ubyte", idx(8, {1, 2, 2}, "abcd"));
  EXPECT_EQ(complaint(),
            at + "/train-labels-idx1-ubyte: cannot be read: No such file or directory");
  write_file(folder() / "train-labels-idx1-ubyte", idx(8, {2}, "ab"));
  EXPECT_EQ(complaint(), at + "/train-labels-idx1-ubyte: expected a label for each of 1 images, "
                              "uint8 [1], got Byte [2]");
  write_file(folder() / "train-labels-idx1-ubyte", idx(8, {1}, "a"));
  EXPECT_EQ(complaint(), at + "/train-images-idx3-ubyte: expected labels of at least two classes, "
                              "got '97' alone");
  write_part("t10k", 1, {1, 2});
  EXPECT_EQ(complaint(), cat(at, "/t10k-images-idx3-ubyte: expected images of 2x2 as ", at,
                             "/train-images-idx3-ubyte has, got 1x2"));
  write_file(folder() / "train-images-idx3-ubyte", idx(8, {4}, "abcd"));
  EXPECT_EQ(complaint(), at + "/train-images-idx3-ubyte: expected grey images, uint8 [images, "
                              "height, width], got Byte [4]");
}

TEST_F(Idx, ReadsTheTestPartOfMnist) {
  const char* given = std::getenv("ONECYCLE_SHARED_DATA");
  const fs::path shared =
      given != nullptr ? fs::path(given)
                       : fs::path(ONECYCLE_TEST_DATA) / ".." / ".." / ".." / "shared" / "data";
  const fs::path mnist = shared / "mnist10k";
  if (!fs::exists(mnist)) {
    GTEST_SKIP() << mnist << ": not there; name its folder in ONECYCLE_SHARED_DATA";
  }
  const ImageArrays data = open_idx(mnist);
  EXPECT_EQ(data.images.sizes(), (std::vector<std::int64_t>{10000, 1, 28, 28}));
  EXPECT_EQ(data.classes.size(), 10);
  // Counts of the digits in the test part, as they are published.
  EXPECT_TRUE(torch::equal(
      at::bincount(data.targets),
      at::tensor({980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, torch::kLong)));
  EXPECT_NEAR(data.images.to(torch::kDouble).mean().item<double>() / 255, 0.1325, 0.0001);
}

}  // namespace
}  // namespace onecycle
