#include "onecycle/data/image_files.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "data/image_folder_files.h"
#include "onecycle/core/error.h"
#include "onecycle/data/image.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

std::filesystem::path sample(const std::string& name) {
  return std::filesystem::path(ONECYCLE_TEST_DATA) / "images" / name;
}

TEST(ImageFiles, ComeInTheOrderOfTheirPathsAndOneForm) {
  const ImageForm form{.channels = 3, .size = {.height = 13, .width = 21}};
  const torch::Tensor images =
      read_image_files({sample("rgb8.png"), sample("exif6.jpg"), sample("grey.jpg")}, form);
  EXPECT_EQ(images.sizes(), (std::vector<std::int64_t>{3, 3, 13, 21}));
  EXPECT_TRUE(images.is_contiguous(torch::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(torch::equal(images[0], read_image(sample("rgb8.png"))));
  EXPECT_TRUE(torch::equal(images[1], resize_image(read_image(sample("exif6.jpg")), form.size)));
  EXPECT_TRUE(torch::equal(images[2], read_image(sample("grey.jpg"))));
}

TEST(ImageFiles, LargeJpegsAreReducedToTheSamePicture) {
  const std::filesystem::path path = std::filesystem::path(ONECYCLE_TEST_DATA) / "large.jpg";
  const ImageForm form{.channels = 1, .size = {.height = 30, .width = 40}};
  const torch::Tensor reduced = read_image_files({path}, form)[0];
  const torch::Tensor resized = resize_image(read_image(path, {.channels = 1}), form.size);
  EXPECT_FALSE(torch::equal(reduced, resized));  // another way to
  EXPECT_LE((reduced.to(torch::kInt) - resized.to(torch::kInt)).abs().max().item<int>(), 2);
}

TEST(ImageFiles, AnotherSizeIsRefusedWhereNothingIsToBeResized) {
  const ImageForm form{.channels = 3, .size = {.height = 13, .width = 21}, .resize = std::nullopt};
  EXPECT_EQ(read_image_files({sample("rgb8.png")}, form).size(0), 1);
  EXPECT_EQ(message_of(ErrorKind::data,
                       [&] {
                         read_image_files({sample("rgb8.png"), sample("exif6.jpg")}, form);
                       }),
            sample("exif6.jpg").native() +
                ": expected an image of 21x13, got 13x21; give one size, which all are brought to "
                "(--image-size)");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] {
                         read_image_files({}, {.size = {0, 3}});
                       }),
            "image: expected sides of at least 1 pixel, got 3x0");
}

TEST(ImageFiles, AreListedByPathInAllFoldersBelow) {
  const TempFolder temporary;
  const std::filesystem::path& root = temporary.path();
  for (const char* name : {"b.PNG", "a/2.jpeg", "a/10.jpg", ".hidden.jpg", ".cache/x.jpg",
                           "a/text.txt", "a/b/.x.png", "a/b/c.Jpg"}) {
    make_bad_image(root / name);  // nothing in them is looked at
  }
  std::filesystem::create_directory_symlink(root, root / "a" / "loop");
  EXPECT_EQ(list_image_files(root), (std::vector{root / "a/10.jpg", root / "a/2.jpeg",
                                                 root / "a/b/c.Jpg", root / "b.PNG"}));
  EXPECT_EQ(message_of(ErrorKind::data, [&] { list_image_files(root / ".cache" / "none"); }),
            (root / ".cache/none").native() + ": cannot be read: No such file or directory");
  std::filesystem::create_directory(root / "empty");
  EXPECT_EQ(message_of(ErrorKind::data, [&] { list_image_files(root / "empty"); }),
            (root / "empty").native() +
                ": expected images (.jpg, .jpeg, .png) in the folder or below it, got none");
}

}  // namespace
}  // namespace onecycle
