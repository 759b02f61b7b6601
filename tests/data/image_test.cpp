#include "onecycle/data/image.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kFixturePixels = 21 * 13;

fs::path fixture(const std::string& name) { return fs::path(ONECYCLE_TEST_DATA) / "images" / name; }

std::vector<fs::path> fixtures() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(fixture(""))) {
    if (entry.path().extension() != ".pixels") {
      all.push_back(entry.path());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// What Pillow gives for a fixture, of the shape of `image`; see tools/image_fixtures.py.
torch::Tensor pillow_pixels(const fs::path& path, const torch::Tensor& image) {
  const std::string all = read_file(fs::path(path).replace_extension(".pixels"));
  const std::string bytes =
      image.size(0) == 3 ? all.substr(0, 3 * kFixturePixels) : all.substr(3 * kFixturePixels);
  return at::tensor(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), torch::kUInt8)
      .view({image.size(1), image.size(2), image.size(0)})
      .permute({2, 0, 1});
}

std::int64_t largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kInt) - b.to(torch::kInt)).abs().max().item<std::int64_t>();
}

std::string image_refusal(const std::string& bytes, const std::string& source = "a.jpg") {
  return message_of(ErrorKind::data, [&] { decode_image(bytes, source); });
}

TEST(Image, HasThePixelsThatPillowGives) {
  const auto all = fixtures();
  ASSERT_EQ(all.size(), 34);
  for (const fs::path& path : all) {
    for (const std::int64_t channels : {3, 1}) {
      const torch::Tensor image = read_image(path, {.channels = channels});
      ASSERT_EQ(image.numel(), channels * kFixturePixels) << path;
      // Pillow brings a newer libjpeg-turbo, which may round elsewhere.
      const std::int64_t allowed = path.extension() == ".jpg" ? 1 : 0;
      EXPECT_LE(largest_difference(image, pillow_pixels(path, image)), allowed)
          << path << ", channels: " << channels;
    }
  }
}

TEST(Image, LiesInMemoryPixelByPixel) {
  for (const char* name : {"colour.jpg", "rgba8.png", "exif6.jpg"}) {
    const torch::Tensor image = read_image(fixture(name));
    EXPECT_EQ(image.scalar_type(), torch::kUInt8);
    EXPECT_TRUE(image.permute({1, 2, 0}).is_contiguous()) << name;
  }
}

TEST(Image, HeaderSaysWhatDecodingGives) {
  for (const fs::path& path : fixtures()) {
    const ImageHeader header = read_image_header(read_file(path), path.native());
    const torch::Tensor image = read_image(path);
    EXPECT_EQ(header.size.height, image.size(1)) << path;
    EXPECT_EQ(header.size.width, image.size(2)) << path;
    EXPECT_EQ(header.channels, path.filename().native().starts_with("grey") ? 1 : 3) << path;
    EXPECT_EQ(to_string(header.format), path.extension() == ".jpg" ? "JPEG" : "PNG");
  }
}

TEST(Image, OrientationSwapsTheSides) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const torch::Tensor image = read_image(fixture(cat("exif", orientation, ".jpg")));
    EXPECT_EQ(image.size(1), orientation < 5 ? 13 : 21) << orientation;
  }
}

TEST(Image, JpegsAreReducedButNeverBelowTheSizeAskedFor) {
  const auto size = [](const char* name, ImageSize at_least) {
    const torch::Tensor image = read_image(fixture(name), {.at_least = at_least});
    return to_string(ImageSize{.height = image.size(1), .width = image.size(2)});
  };
  EXPECT_EQ(size("colour.jpg", {.height = 13, .width = 11}), "21x13");
  EXPECT_EQ(size("colour.jpg", {.height = 7, .width = 11}), "11x7");
  EXPECT_EQ(size("colour.jpg", {.height = 1, .width = 6}), "6x4");
  EXPECT_EQ(size("colour.jpg", {.height = 1, .width = 1}), "3x2");
  EXPECT_EQ(size("exif6.jpg", {.height = 11, .width = 7}), "7x11");
  EXPECT_EQ(size("exif6.jpg", {.height = 7, .width = 11}), "13x21");
  EXPECT_EQ(size("colour.jpg", {.height = 100, .width = 100}), "21x13");
  EXPECT_EQ(size("rgb8.png", {.height = 1, .width = 1}), "21x13");
}

TEST(Image, NamesTheFormatThatItCannotRead) {
  const std::string convert = "; convert it, for example: convert IMAGE IMAGE.png (ImageMagick)";
  EXPECT_EQ(image_refusal("GIF89a...."), "a.jpg: expected a JPEG or PNG image, got GIF" + convert);
  EXPECT_EQ(image_refusal("RIFF....WEBPVP8 "),
            "a.jpg: expected a JPEG or PNG image, got WebP" + convert);
  EXPECT_EQ(image_refusal("BM......"), "a.jpg: expected a JPEG or PNG image, got BMP" + convert);
  EXPECT_EQ(image_refusal("hello"),
            "a.jpg: expected a JPEG or PNG image, got another format" + convert);
  EXPECT_EQ(image_refusal(""),
            "a.jpg: expected a JPEG or PNG image, got an empty file; leave it out");
}

TEST(Image, AFileThatIsCutOffIsRefusedWhereverItEnds) {
  for (const char* name : {"colour.jpg", "progressive.jpg", "rgb8.png", "interlaced.png"}) {
    const std::string whole = read_file(fixture(name));
    const bool jpeg = name[0] != 'r' && name[0] != 'i';
    // What a file ends with, after its last pixel.
    const std::size_t end = whole.size() - (jpeg ? 4 : 16);
    for (std::size_t size = 8; size < end; size += 7) {
      EXPECT_THAT(image_refusal(whole.substr(0, size), name), StartsWith(cat(name, ": expected ")))
          << size;
    }
  }
  EXPECT_EQ(image_refusal(read_file(fixture("colour.jpg")).substr(0, 900)),
            "a.jpg: expected a whole image, got 'Premature end of JPEG file' from the decoder; it "
            "is damaged or cut off: copy it again or leave it out");
  EXPECT_EQ(image_refusal(read_file(fixture("rgb8.png")).substr(0, 400)),
            "a.jpg: expected a whole image, got 'end of the file' from the decoder; it is damaged "
            "or cut off: copy it again or leave it out");
}

TEST(Image, ADamagedFileIsRefused) {
  std::string png = read_file(fixture("rgb8.png"));
  png[200] = static_cast<char>(png[200] ^ 0x10);
  EXPECT_THAT(image_refusal(png), HasSubstr("it is damaged or cut off"));
}

TEST(Image, BytesBetweenSegmentsDoNoHarm) {
  std::string jpeg = read_file(fixture("colour.jpg"));
  const std::size_t tables = jpeg.find("\xff\xdb");
  jpeg.insert(tables, "extra");
  EXPECT_TRUE(torch::equal(decode_image(jpeg, "a.jpg"), read_image(fixture("colour.jpg"))));
}

TEST(Image, OtherChannelsAreAnErrorOfUse) {
  EXPECT_EQ(
      message_of(ErrorKind::usage, [] { read_image(fixture("colour.jpg"), {.channels = 4}); }),
      "image: expected 1 channel (grey) or 3 (RGB), got 4");
}

TEST(Image, WhatIsWrittenAsPngReadsAsTheSame) {
  const TempFolder folder;
  const fs::path path = folder.path() / "image.png";
  for (const std::int64_t channels : {1, 3}) {
    const torch::Tensor image = at::randint(0, 256, {channels, 5, 7}, torch::kUInt8);
    for (const torch::Tensor& layout : {image, image.permute({0, 2, 1})}) {
      write_png(path, layout);
      EXPECT_TRUE(torch::equal(read_image(path, {.channels = channels}), layout));
    }
  }
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] {
                         encode_png(at::zeros({2, 4, 4}));
                       }),
            "PNG: expected uint8 [1 or 3, height, width], got Float [2, 4, 4]");
}

}  // namespace
}  // namespace onecycle
