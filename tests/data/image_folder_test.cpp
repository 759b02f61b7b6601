#include "onecycle/data/image_folder.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "data/image_folder_files.h"
#include "onecycle/core/error.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using Classes = std::vector<std::string>;
using Positions = std::vector<std::int64_t>;

/// The value of each image, all of whose pixels are alike.
std::vector<int> image_values(const ImageFolderDataset& data) {
  const torch::Tensor all = data.slice(0, data.size()).inputs;
  std::vector<int> out;
  for (std::int64_t i = 0; i < all.size(0); ++i) {
    EXPECT_EQ(all[i].min().item<int>(), all[i].max().item<int>());
    out.push_back(all[i][0][0][0].item<int>());
  }
  return out;
}

TEST(ImageFolder, GivesPartsClassesAndImagesInTheOrderOfTheirNames) {
  const TempFolder folder;
  for (const char* valid : {"valid", "val", "test"}) {
    const fs::path root = folder.path() / valid;
    make_image(root / "train" / "dog" / "b.png", 3);
    make_image(root / "train" / "dog" / "a.png", 2);
    make_image(root / "train" / "cat" / "z.png", 1);
    make_image(root / valid / "dog" / "1.png", 4);
    const ImageFolder images = open_image_folder(root);
    EXPECT_EQ(images.classes, (Classes{"cat", "dog"}));
    EXPECT_EQ(image_values(*images.examples), (std::vector<int>{1, 2, 3, 4}));
    EXPECT_TRUE(torch::equal(images.examples->targets(), at::tensor({0, 1, 1, 1}, torch::kLong)));
    ASSERT_TRUE(images.parts.has_value());
    EXPECT_EQ(images.parts->train, (Positions{0, 1, 2}));
    EXPECT_EQ(images.parts->valid, (Positions{3}));
    EXPECT_EQ(images.examples->path(2), root / "train" / "dog" / "b.png");
    EXPECT_EQ(images.examples->path(3), root / valid / "dog" / "1.png");
  }
}

TEST(ImageFolder, PrefersValidToTestAndSplitsNothingWithoutThem) {
  const TempFolder folder;
  make_image(folder.path() / "train" / "a" / "1.png", 1);
  make_image(folder.path() / "train" / "b" / "1.png", 2);
  EXPECT_FALSE(open_image_folder(folder.path()).parts.has_value());
  make_image(folder.path() / "test" / "a" / "1.png", 3);
  EXPECT_EQ(image_values(*open_image_folder(folder.path()).examples), (std::vector<int>{1, 2, 3}));
  make_image(folder.path() / "valid" / "a" / "1.png", 4);
  EXPECT_EQ(image_values(*open_image_folder(folder.path()).examples), (std::vector<int>{1, 2, 4}));
  const ImageFolder train = open_image_folder(folder.path() / "train");
  EXPECT_EQ(train.classes, (Classes{"a", "b"}));
  EXPECT_FALSE(train.parts.has_value());
}

TEST(ImageFolder, TakesExtensionsInAnyCaseAndLinksButNothingHidden) {
  const TempFolder folder;
  const fs::path a = folder.path() / "a";
  make_image(a / "1.PNG", 1);
  make_image(a / "2.Jpeg", 2);  // what it is, its bytes say
  make_image(a / ".3.png", 3);
  make_image(a / "4.gif", 4);
  make_image(a / "sub" / "5.png", 5);
  make_image(folder.path() / ".cache" / "6.png", 6);
  make_image(folder.path() / "elsewhere.png", 7);
  fs::create_symlink("../elsewhere.png", a / "7.png");
  fs::create_directory_symlink("a", folder.path() / "b");
  const ImageFolder images = open_image_folder(folder.path());
  EXPECT_EQ(images.classes, (Classes{"a", "b"}));
  EXPECT_EQ(image_values(*images.examples), (std::vector<int>{1, 2, 7, 1, 2, 7}));
  EXPECT_EQ(images.others, 4);
}

TEST(ImageFolder, BatchesLieInMemoryPixelByPixel) {
  const TempFolder folder;
  make_image(folder.path() / "a" / "1.png", 1);
  make_image(folder.path() / "b" / "1.png", 2);
  const ImageFolder images = open_image_folder(folder.path());
  const Batch batch = images.examples->get(at::tensor({1, 0, 1}, torch::kLong));
  EXPECT_EQ(batch.inputs.sizes(), (std::vector<std::int64_t>{3, 3, 4, 6}));
  EXPECT_EQ(batch.inputs.scalar_type(), torch::kUInt8);
  EXPECT_TRUE(batch.inputs.is_contiguous(torch::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(torch::equal(batch.targets, at::tensor({1, 0, 1}, torch::kLong)));
}

TEST(ImageFolder, GreyStaysGreyUnlessAnImageHasColours) {
  const TempFolder folder;
  make_image(folder.path() / "a" / "1.png", 1, {4, 6}, 1);
  make_image(folder.path() / "b" / "1.png", 2, {4, 6}, 1);
  EXPECT_EQ(open_image_folder(folder.path()).examples->form().channels, 1);
  EXPECT_EQ(open_image_folder(folder.path(), {.channels = 3}).examples->form().channels, 3);
  make_image(folder.path() / "b" / "2.png", 3, {4, 6}, 3);
  EXPECT_EQ(open_image_folder(folder.path()).examples->form().channels, 3);
  EXPECT_EQ(open_image_folder(folder.path(), {.channels = 1}).examples->form().channels, 1);
}

TEST(ImageFolder, BringsImagesToOneSizeOrNamesTheOddOne) {
  const TempFolder folder;
  for (int i = 0; i < 99; ++i) {
    make_image(folder.path() / "a" / cat(100 + i, ".png"), i);
  }
  const fs::path odd = folder.path() / "b" / "2.png";
  make_image(folder.path() / "b" / "1.png", 200);
  make_image(odd, 201, {8, 8});
  const ImageFolder images = open_image_folder(folder.path(), {.size = ImageSize{3, 3}});
  EXPECT_EQ(images.examples->slice(98, 101).inputs.sizes(),
            (std::vector<std::int64_t>{3, 3, 3, 3}));
  EXPECT_EQ(image_values(*images.examples).back(), 201);
  const ImageFolder strict = open_image_folder(folder.path());  // the last one is no sample
  EXPECT_EQ(
      message_of(ErrorKind::data, [&] { static_cast<void>(strict.examples->slice(98, 101)); }),
      odd.native() +
          ": expected an image of 6x4, got 8x8; give one size, which all are brought to "
          "(--image-size)");
}

TEST(ImageFolder, OddSizesAmongTheFirstAreSeenAtOnce) {
  const TempFolder folder;
  make_image(folder.path() / "a" / "1.png", 1);
  make_image(folder.path() / "b" / "1.png", 1, {8, 8});
  EXPECT_EQ(message_of(ErrorKind::data, [&] { open_image_folder(folder.path()); }),
            cat((folder.path() / "b" / "1.png").native(), ": expected an image of 6x4 as ",
                (folder.path() / "a" / "1.png").native(),
                " is, got 8x8; give one size, which all are brought to (--image-size)"));
}

TEST(ImageFolder, SeveralThreadsMayReadAtOnce) {
  const TempFolder folder;
  for (int i = 0; i < 40; ++i) {
    make_image(folder.path() / (i % 2 == 0 ? "a" : "b") / cat(100 + i, ".png"), i, {9, 9});
  }
  const ImageFolder images = open_image_folder(folder.path(), {.size = ImageSize{5, 5}});
  const torch::Tensor expected = images.examples->slice(0, 40).inputs;
  std::vector<int> same(4, 0);
  std::vector<std::jthread> threads;
  for (int& out : same) {
    threads.emplace_back(
        [&] { out = torch::equal(images.examples->slice(0, 40).inputs, expected) ? 1 : 0; });
  }
  threads.clear();
  EXPECT_EQ(same, std::vector<int>(4, 1));
}

}  // namespace
}  // namespace onecycle
