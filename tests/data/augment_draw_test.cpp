#include "data/augment_draw.h"

#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <gtest/gtest.h>

#include <cmath>

#include "data/augment_images.h"

namespace onecycle {
namespace {

TEST(ResizedCrop, PiecesHaveTheAskedForAreasAndShapes) {
  const AugmentOptions options{.resized_crop = RandomResizedCrop{.scale = 0.3, .ratio = 1.5}};
  Random random(1);
  double areas = 0.0;
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i) {
    const PixelBox piece = draw_image(options, 60, 80, random).piece;
    ASSERT_GE(piece.top, 0);
    ASSERT_GE(piece.left, 0);
    ASSERT_LE(piece.top + piece.height, 60);
    ASSERT_LE(piece.left + piece.width, 80);
    const auto height = static_cast<double>(piece.height);
    const auto width = static_cast<double>(piece.width);
    ASSERT_GE(height * width / 4800, 0.3 * 0.97);
    ASSERT_GE(width / height, 1 / 1.5 * 0.97);
    ASSERT_LE(width / height, 1.5 * 1.03);
    areas += height * width / 4800;
  }
  EXPECT_GT(areas / kDraws, 0.5);
  EXPECT_LT(areas / kDraws, 0.65);  // less than the middle: the largest do not fit in all shapes
}

TEST(ResizedCrop, TakesTheLargestInTheMiddleWhereNoneFits) {
  const AugmentOptions options{.resized_crop = RandomResizedCrop{.scale = 1.0, .ratio = 2.0}};
  Random random(1);
  EXPECT_EQ(draw_image(options, 100, 10, random).piece,
            (PixelBox{.top = 40, .left = 0, .height = 20, .width = 10}));
}

TEST(ResizedCrop, StretchesAsLibTorchDoes) {
  const torch::Tensor images = same_images(20, 3, 9, 8);
  const AugmentOptions options{.resized_crop = RandomResizedCrop{}};
  const torch::Tensor got = augmented(options, images, 5);
  Random random(5);
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    const PixelBox piece = draw_image(options, 9, 8, random).piece;
    const torch::Tensor part = images.slice(0, i, i + 1)
                                   .slice(2, piece.top, piece.top + piece.height)
                                   .slice(3, piece.left, piece.left + piece.width);
    const torch::Tensor expected = at::_upsample_bilinear2d_aa(part, {9, 8}, false);
    EXPECT_TRUE(torch::equal(got.slice(0, i, i + 1), as_floats(expected)));
  }
}

TEST(Beta, HasItsMeanAndVariance) {
  for (const double alpha : {0.1, 0.4, 1.0, 2.0}) {
    Random random(7);
    double sum = 0.0;
    double squares = 0.0;
    constexpr int kDraws = 50'000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = draw_beta(alpha, random);
      ASSERT_GE(x, 0.0);
      ASSERT_LE(x, 1.0);
      sum += x;
      squares += (x - 0.5) * (x - 0.5);
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
    EXPECT_NEAR(squares / kDraws, 1.0 / (4.0 * (2.0 * alpha + 1.0)), 0.003);
  }
}

TEST(Beta, TinyParametersGiveZeroOrOne) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const double x = draw_beta(1e-6, random);
    EXPECT_TRUE(x < 1e-9 || x > 1 - 1e-9) << x;
  }
}

}  // namespace
}  // namespace onecycle
