// Folders of images that cannot be used, and images in them that cannot.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "data/image_folder_files.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/data/image_folder.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

const char* const kNoImage =
    ": expected a JPEG or PNG image, got another format; convert it, for example: convert IMAGE "
    "IMAGE.png (ImageMagick)";

std::string refused_folder(const fs::path& root) {
  return message_of(ErrorKind::data, [&] { open_image_folder(root); });
}

TEST(ImageFolderErrors, SayWhatAFolderMustBe) {
  const TempFolder folder;
  const std::string put =
      "; put the images of each class into a folder of its name, in the folder itself or in train/ "
      "and valid/";
  const std::string root = folder.path().native();
  EXPECT_EQ(
      refused_folder(folder.path()),
      root + ": expected a folder of images for each of at least two classes, got no folder" + put);
  make_image(folder.path() / "cat" / "1.png", 1);
  EXPECT_EQ(refused_folder(folder.path()),
            root +
                ": expected a folder of images for each of at least two classes, got 'cat' "
                "alone" +
                put);
  fs::create_directory(folder.path() / "dog");
  EXPECT_EQ(refused_folder(folder.path()),
            root +
                "/dog: expected images in the folder of a class (.jpg, .jpeg, .png), got none; "
                "convert those of other formats, or remove the folder");
  EXPECT_EQ(refused_folder(folder.path() / "nowhere"),
            root + "/nowhere: cannot be read: No such file or directory");
}

TEST(ImageFolderErrors, ValidationNeedsTrainingAndItsClasses) {
  const TempFolder folder;
  const std::string root = folder.path().native();
  make_image(folder.path() / "valid" / "cats" / "1.png", 1);
  EXPECT_EQ(refused_folder(folder.path()),
            root + ": expected the folder train/ beside that for validation, got none");
  make_image(folder.path() / "train" / "cat" / "1.png", 1);
  make_image(folder.path() / "train" / "dog" / "1.png", 1);
  EXPECT_EQ(refused_folder(folder.path()),
            root +
                "/valid/cats: expected a class that train/ has, got 'cats'; did you mean "
                "'cat'?");
  fs::remove_all(folder.path() / "valid" / "cats");
  EXPECT_EQ(refused_folder(folder.path()),
            root +
                "/valid: expected folders of classes with images for validation, got none; "
                "remove it to have images of train/ put aside instead");
}

TEST(ImageFolderErrors, NameABrokenFileWhenItIsRead) {
  const TempFolder folder;
  make_image(folder.path() / "a" / "1.png", 1);
  for (int i = 0; i < 70; ++i) {
    make_image(folder.path() / "b" / cat(100 + i, ".png"), i);
  }
  const fs::path broken = folder.path() / "b" / "168.png";
  make_bad_image(broken);
  const ImageFolder images = open_image_folder(folder.path());
  EXPECT_EQ(message_of(ErrorKind::data, [&] { static_cast<void>(images.examples->slice(60, 71)); }),
            broken.native() + kNoImage);
}

TEST(ImageFolderErrors, SurveyListsEveryBrokenFile) {
  const TempFolder folder;
  make_image(folder.path() / "a" / "1.png", 1);
  for (int i = 0; i < 70; ++i) {
    make_image(folder.path() / "b" / cat(100 + i, ".png"), i, {4, 6}, i < 5 ? 1 : 3);
  }
  const std::string whole = read_file(folder.path() / "b" / "168.png");
  write_file(folder.path() / "b" / "168.png", whole.substr(0, whole.size() - 20));
  make_image(folder.path() / "b" / "169.png", 1, {9, 9});
  fs::remove(folder.path() / "b" / "167.png");
  fs::create_symlink("nowhere", folder.path() / "b" / "167.png");
  for (const int threads : {1, 3}) {
    const ImageSurvey survey = open_image_folder(folder.path()).examples->survey(threads);
    ASSERT_EQ(survey.bad.size(), 2);
    EXPECT_EQ(survey.bad[0].index, 68);
    EXPECT_EQ(survey.bad[0].message, (folder.path() / "b" / "167.png").native() +
                                         ": cannot be read: No such file or directory");
    EXPECT_EQ(survey.bad[1].index, 69);
    EXPECT_EQ(survey.grey, 5);
    ASSERT_EQ(survey.sizes.size(), 2);
    EXPECT_EQ(to_string(survey.sizes[0].first), "6x4");
    EXPECT_EQ(survey.sizes[0].second, 68);
    EXPECT_EQ(to_string(survey.sizes[1].first), "9x9");
  }
}

TEST(ImageFolderErrors, SkippedImagesAreLeftOutOnOpening) {
  const TempFolder folder;
  make_bad_image(folder.path() / "train" / "a" / "0.png");
  make_image(folder.path() / "train" / "a" / "1.png", 1);
  make_image(folder.path() / "train" / "b" / "1.png", 2);
  make_bad_image(folder.path() / "train" / "b" / "2.png");
  make_image(folder.path() / "valid" / "b" / "1.png", 3);
  const ImageFolder images = open_image_folder(folder.path(), {.bad = BadImages::skip});
  ASSERT_EQ(images.left_out.size(), 2);
  EXPECT_EQ(images.left_out[0].index, 0);
  EXPECT_EQ(images.left_out[0].message,
            (folder.path() / "train" / "a" / "0.png").native() + kNoImage);
  EXPECT_EQ(images.left_out[1].index, 3);
  EXPECT_EQ(images.examples->size(), 3);
  EXPECT_EQ(images.examples->path(1), folder.path() / "train" / "b" / "1.png");
  EXPECT_EQ(images.parts->train, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(images.parts->valid, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(images.examples->slice(2, 3).targets.item<std::int64_t>(), 1);
}

TEST(ImageFolderErrors, AFolderOfBrokenFilesAloneIsRefusedOnOpening) {
  const TempFolder folder;
  make_bad_image(folder.path() / "a" / "1.png");
  make_bad_image(folder.path() / "b" / "1.png");
  EXPECT_EQ(refused_folder(folder.path()), (folder.path() / "a" / "1.png").native() + kNoImage);
}

TEST(ImageFolderErrors, AClassMustKeepAnImage) {
  const TempFolder folder;
  make_image(folder.path() / "a" / "1.png", 1);
  make_bad_image(folder.path() / "b" / "1.png");
  EXPECT_EQ(message_of(ErrorKind::data,
                       [&] { open_image_folder(folder.path(), {.bad = BadImages::skip}); }),
            folder.path().native() +
                ": class 'b': expected an image for training that can be decoded, got none; the "
                "first reason: " +
                (folder.path() / "b" / "1.png").native() + kNoImage);
}

}  // namespace
}  // namespace onecycle
