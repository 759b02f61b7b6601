#include "onecycle/data/cifar.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

/// A record whose pixels are 1 (red), 2 and 3 but for the first red one.
std::string cifar_record(const std::string& labels, char first) {
  std::string pixels;
  for (const int value : {1, 2, 3}) {
    pixels += std::string(1024, static_cast<char>(value));
  }
  pixels.front() = first;
  return labels + pixels;
}

TEST(Cifar, Cifar10HasPartsAndNames) {
  const TempFolder folder;
  write_file(folder.path() / "data_batch_1.bin", cifar_record("\3", 10) + cifar_record("\5", 20));
  write_file(folder.path() / "data_batch_3.bin", cifar_record("\1", 30));
  EXPECT_TRUE(holds_cifar(folder.path()));
  EXPECT_FALSE(open_cifar(folder.path()).parts.has_value());
  EXPECT_EQ(open_cifar(folder.path()).classes[9], "9");
  write_file(folder.path() / "test_batch.bin", cifar_record("\2", 40));
  write_file(folder.path() / "batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\ntruck\r\n\n");
  const ImageArrays data = open_cifar(folder.path());
  EXPECT_EQ(data.images.sizes(), (std::vector<std::int64_t>{4, 3, 32, 32}));
  EXPECT_EQ(data.images.scalar_type(), torch::kUInt8);
  EXPECT_TRUE(torch::equal(data.images.select(1, 0).select(1, 0).select(1, 0),
                           at::tensor({10, 20, 30, 40}, torch::kUInt8)));
  EXPECT_TRUE(torch::equal(data.images[3][2], at::full({32, 32}, 3, torch::kUInt8)));
  EXPECT_TRUE(torch::equal(data.targets, at::tensor({3, 5, 1, 2}, torch::kLong)));
  EXPECT_EQ(data.classes.size(), 10);
  EXPECT_EQ(data.classes[9], "truck");
  EXPECT_EQ(data.parts->train, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(data.parts->valid, (std::vector<std::int64_t>{3}));
}

TEST(Cifar, Cifar100HasTheFineLabels) {
  const TempFolder folder;
  write_file(folder.path() / "train.bin", cifar_record("\x13\x63", 10));
  write_file(folder.path() / "test.bin", cifar_record("\x01\x02", 20));
  const ImageArrays data = open_cifar(folder.path());
  EXPECT_TRUE(torch::equal(data.targets, at::tensor({99, 2}, torch::kLong)));
  EXPECT_EQ(data.classes.size(), 100);
  EXPECT_EQ(data.images[1][0][0][0].item<int>(), 20);
  EXPECT_EQ(data.parts->valid, (std::vector<std::int64_t>{1}));
}

TEST(Cifar, RefusesWhatIsNoSuchFile) {
  const TempFolder folder;
  const std::string at = folder.path().native();
  const auto complaint = [&] {
    return message_of(ErrorKind::data, [&] { open_cifar(folder.path()); });
  };
  EXPECT_FALSE(holds_cifar(folder.path()));
  EXPECT_EQ(complaint(), at + ": expected data_batch_1.bin or test_batch.bin (CIFAR-10), or "
                              "train.bin or test.bin (CIFAR-100), got none; take the binary "
                              "version");
  const fs::path file = folder.path() / "data_batch_1.bin";
  write_file(file, cifar_record("\3", 10).substr(1));
  EXPECT_EQ(complaint(), file.native() +
                             ": expected records of 3073 bytes, got 3072 bytes; it is "
                             "cut off, or no binary version of CIFAR-10");
  write_file(file, cifar_record("\3", 10) + cifar_record("\x0a", 10));
  EXPECT_EQ(complaint(), file.native() +
                             ":3073: expected a label below 10, got 10; it is damaged, "
                             "or no binary version of CIFAR-10");
  write_file(file, cifar_record("\3", 10));
  write_file(folder.path() / "batches.meta.txt", "one\ntwo\n");
  EXPECT_EQ(complaint(),
            at + "/batches.meta.txt: expected the names of 10 classes, one a line, got 2");
}

}  // namespace
}  // namespace onecycle
