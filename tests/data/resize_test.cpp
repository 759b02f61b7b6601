#include "onecycle/data/resize.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "onecycle/core/error.h"
#include "support/message.h"

namespace onecycle {
namespace {

/// uint8 [channels, height, width], in memory [height, width, channels]: columns of value x.
torch::Tensor columns(std::int64_t height, std::int64_t width, std::int64_t channels = 3) {
  return at::arange(width, torch::kUInt8)
      .view({1, width, 1})
      .expand({height, width, channels})
      .contiguous()
      .permute({2, 0, 1});
}

TEST(Resize, GivesTheSizeAndLayoutAskedForByEveryMethod) {
  for (const auto method : {ResizeMethod::crop, ResizeMethod::squish, ResizeMethod::pad}) {
    for (const std::int64_t channels : {1, 3}) {
      for (const ImageSize from : {ImageSize{40, 30}, ImageSize{30, 40}, ImageSize{1, 1}}) {
        for (const ImageSize to : {ImageSize{7, 7}, ImageSize{50, 20}, ImageSize{1, 90}}) {
          const torch::Tensor image =
              resize_image(columns(from.height, from.width, channels), to, method);
          EXPECT_EQ(image.sizes(), (std::vector<std::int64_t>{channels, to.height, to.width}));
          EXPECT_EQ(image.scalar_type(), torch::kUInt8);
          EXPECT_TRUE(image.permute({1, 2, 0}).is_contiguous());
        }
      }
    }
  }
}

TEST(Resize, AveragesWhatItMakesSmaller) {
  // A pixel in two is white: without antialiasing some would remain black or white.
  const torch::Tensor stripes = (columns(64, 64).remainder(2) * 255).to(torch::kUInt8);
  const torch::Tensor small = resize_image(stripes, {.height = 16, .width = 16});
  EXPECT_GE(small.min().item<int>(), 110);
  EXPECT_LE(small.max().item<int>(), 145);
}

TEST(Resize, CropKeepsTheMiddle) {
  const torch::Tensor image = resize_image(columns(10, 30), {.height = 10, .width = 10});
  EXPECT_TRUE(torch::equal(image, columns(10, 30).narrow(2, 10, 10)));
  const torch::Tensor tall =
      resize_image(columns(10, 30).transpose(1, 2), {.height = 10, .width = 10});
  EXPECT_TRUE(torch::equal(tall, columns(10, 30).narrow(2, 10, 10).transpose(1, 2)));
}

TEST(Resize, PadKeepsAllBetweenBlackBands) {
  const torch::Tensor image =
      resize_image(columns(10, 30) + 1, {.height = 30, .width = 30}, ResizeMethod::pad);
  EXPECT_TRUE(torch::equal(image.narrow(1, 10, 10), columns(10, 30) + 1));
  EXPECT_EQ(image.narrow(1, 0, 10).max().item<int>(), 0);
  EXPECT_EQ(image.narrow(1, 20, 10).max().item<int>(), 0);
}

TEST(Resize, SquishKeepsAllAndChangesTheRatio) {
  const torch::Tensor image =
      resize_image(columns(10, 200), {.height = 10, .width = 100}, ResizeMethod::squish);
  for (std::int64_t x = 1; x < 99; ++x) {
    EXPECT_NEAR(image[0][0][x].item<double>(), 2.0 * static_cast<double>(x) + 0.5, 1.0) << x;
  }
}

TEST(Resize, AnImageOfThatSizeIsNotCopied) {
  const torch::Tensor image = columns(8, 8);
  EXPECT_TRUE(resize_image(image, {.height = 8, .width = 8}).is_same(image));
}

TEST(Resize, MethodsHaveNames) {
  for (const auto method : {ResizeMethod::crop, ResizeMethod::squish, ResizeMethod::pad}) {
    EXPECT_EQ(resize_method(to_string(method)), method);
  }
  EXPECT_EQ(message_of(ErrorKind::usage, [] { resize_method("stretch"); }),
            "resize method: expected crop, squish or pad, got 'stretch'");
}

TEST(Resize, RefusesWhatIsNoImage) {
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] {
                         resize_image(at::zeros({3, 4, 4}), {.height = 2, .width = 2});
                       }),
            "resize: expected an image, uint8 [channels, height, width], got Float [3, 4, 4]");
  EXPECT_EQ(
      message_of(ErrorKind::usage, [] { resize_image(columns(4, 4), {.height = 0, .width = 2}); }),
      "resize: expected sides of at least 1 pixel, got 2x0");
}

}  // namespace
}  // namespace onecycle
