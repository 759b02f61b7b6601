#include "onecycle/data/augment.h"

#include <gtest/gtest.h>

#include <map>

#include "data/augment_images.h"
#include "onecycle/data/loader.h"
#include "support/message.h"

namespace onecycle {
namespace {

TEST(Augment, NormalisesToTheBitsOfLibTorch) {
  const torch::Tensor images =
      torch::arange(256, torch::kInt).view({1, 1, 16, 16}).expand({2, 3, 16, 16}).to(torch::kByte);
  const ChannelStatistics statistics = imagenet_statistics();
  const torch::Tensor mean = torch::tensor(statistics.mean, torch::kFloat).view({1, 3, 1, 1});
  const torch::Tensor deviation =
      torch::tensor(statistics.deviation, torch::kFloat).view({1, 3, 1, 1});
  const torch::Tensor got =
      normalize_images(statistics)({.inputs = images, .targets = torch::zeros({2})}).inputs;
  EXPECT_TRUE(torch::equal(got, as_floats(images).sub(mean).div(deviation)));
  EXPECT_TRUE(torch::equal(augmented({.statistics = statistics}, images), got));
  EXPECT_TRUE(torch::equal(augmented({}, images), as_floats(images)));
}

TEST(Augment, TakesEitherMemoryOrderAndGivesChannelsLast) {
  for (const std::int64_t channels : {1, 3, 4}) {
    const torch::Tensor images = same_images(5, channels, 6, 7);
    const AugmentOptions options{
        .crop = RandomCrop{.pad = 2}, .flip = RandomFlip{}, .cutout = Cutout{.side = 2}};
    const torch::Tensor got = augmented(options, images);
    EXPECT_TRUE(got.is_contiguous(torch::MemoryFormat::ChannelsLast));
    EXPECT_EQ(got.scalar_type(), torch::kFloat);
    const auto other = images.contiguous(torch::MemoryFormat::ChannelsLast);
    EXPECT_TRUE(torch::equal(augmented(options, other), got));
    EXPECT_TRUE(torch::equal(augmented(options, images.flip(3)),
                             augmented(options, images.flip(3).clone())));
  }
}

TEST(Augment, FlipsTheAskedForPart) {
  const torch::Tensor images = same_images(4000, 3, 2, 5);
  for (const double p : {0.0, 0.5, 0.9, 1.0}) {
    const torch::Tensor got = augmented({.flip = RandomFlip{.p = p}}, images);
    const torch::Tensor plain = got.eq(as_floats(images)).flatten(1).all(1);
    const torch::Tensor mirrored = got.eq(as_floats(images).flip(3)).flatten(1).all(1);
    EXPECT_TRUE(plain.logical_or(mirrored).all().item<bool>());
    EXPECT_NEAR(mirrored.sum().item<double>() / 4000, p, 0.03);
  }
}

TEST(Augment, CropsCoverAllOffsetsEquallyAndTakeFromTheBorder) {
  const torch::Tensor images = same_images(5000, 2, 5, 6);
  for (const Border border : {Border::reflect, Border::black}) {
    const torch::Tensor one = as_floats(images.slice(0, 0, 1));
    const torch::Tensor padded = border == Border::reflect ? at::reflection_pad2d(one, {2, 2, 2, 2})
                                                           : at::constant_pad_nd(one, {2, 2, 2, 2});
    const torch::Tensor got = augmented({.crop = RandomCrop{.pad = 2, .border = border}}, images);
    double found = 0.0;
    for (std::int64_t y = 0; y <= 4; ++y) {
      for (std::int64_t x = 0; x <= 4; ++x) {
        const torch::Tensor expected = padded.slice(2, y, y + 5).slice(3, x, x + 6);
        const auto count = got.eq(expected).flatten(1).all(1).sum().item<double>();
        EXPECT_NEAR(count, 200, 70) << y << " " << x;
        found += count;
      }
    }
    EXPECT_EQ(found, 5000.0);
  }
}

TEST(Augment, CutsSquaresOutAfterNormalisation) {
  const torch::Tensor images = torch::full({4000, 3, 8, 9}, 255, torch::kByte);
  const torch::Tensor cut =
      augmented({.cutout = Cutout{.side = 3}, .statistics = imagenet_statistics()}, images).eq(0.0);
  EXPECT_TRUE(torch::equal(cut.select(1, 0), cut.select(1, 2)));
  const torch::Tensor squares = cut.select(1, 0);
  const torch::Tensor heights = squares.any(2).sum(1);
  const torch::Tensor widths = squares.any(1).sum(1);
  EXPECT_TRUE(torch::equal(squares.sum({1, 2}), heights * widths));  // they are rectangles
  EXPECT_EQ(heights.max().item<int>(), 3);
  EXPECT_EQ(heights.min().item<int>(), 2);  // around a pixel of the edge
  const torch::Tensor often = squares.to(torch::kDouble).mean(0);
  EXPECT_NEAR(often[4][4].item<double>(), 9.0 / 72, 0.025);
  EXPECT_NEAR(often[0][0].item<double>(), 4.0 / 72, 0.02);
}

TEST(Augment, ChangesTheLightByItsFormula) {
  const torch::Tensor images = same_images(3000, 1, 16, 16);
  const AugmentOptions options{.brightness = RandomBrightness{.most = 0.4},
                               .contrast = RandomContrast{.most = 0.3}};
  const torch::Tensor got = augmented(options, images).flatten(1).to(torch::kDouble);
  const torch::Tensor x = as_floats(images[0]).flatten().to(torch::kDouble).clamp(1e-7, 1 - 1e-7);
  const torch::Tensor lines = torch::logit(got.slice(1, 1, 255));
  const torch::Tensor logits = torch::logit(x.slice(0, 1, 255));
  // What logits became is a line: slope and height give contrast and brightness back.
  const torch::Tensor slopes =
      (lines.select(1, 200) - lines.select(1, 50)) / (logits[200] - logits[50]);
  const torch::Tensor shifts = lines.select(1, 126) / slopes - logits[126];
  EXPECT_TRUE(
      torch::allclose(lines, (logits + shifts.unsqueeze(1)) * slopes.unsqueeze(1), 0, 1e-3));
  EXPECT_GE(slopes.min().item<double>(), 0.7 - 1e-4);
  EXPECT_LE(slopes.max().item<double>(), 1 / 0.7 + 1e-4);
  EXPECT_NEAR(slopes.log().mean().item<double>(), 0.0, 0.02);
  const torch::Tensor brightness = torch::sigmoid(shifts);
  EXPECT_NEAR(brightness.min().item<double>(), 0.3, 0.01);
  EXPECT_NEAR(brightness.max().item<double>(), 0.7, 0.01);
  EXPECT_NEAR(brightness.mean().item<double>(), 0.5, 0.01);
  EXPECT_GE(got.min().item<double>(), 0.0);
  EXPECT_LE(got.max().item<double>(), 1.0);
}

TEST(Augment, MixesImagesAndTargetsAlike) {
  constexpr std::int64_t kClasses = 200;
  const torch::Tensor targets = torch::arange(kClasses, torch::kLong);
  const torch::Tensor images =
      targets.view({-1, 1, 1, 1}).expand({kClasses, 3, 4, 4}).to(torch::kByte);
  Random random(3);
  const Batch mixed = augment({.mixup = Mixup{.alpha = 1.0}, .classes = kClasses})(
      {.inputs = images, .targets = targets}, random);
  EXPECT_EQ(mixed.targets.sizes(), (std::vector<std::int64_t>{kClasses, kClasses}));
  EXPECT_TRUE(torch::allclose(mixed.targets.sum(1), torch::ones({kClasses})));
  EXPECT_TRUE(mixed.targets.gt(0).sum(1).le(2).all().item<bool>());
  EXPECT_TRUE(torch::equal(mixed.targets.argmax(1), targets));  // its own part is the larger one
  const torch::Tensor expected = mixed.targets.matmul(targets.to(torch::kFloat)) / 255;
  EXPECT_TRUE(torch::allclose(mixed.inputs.select(1, 1).select(1, 2).select(1, 3), expected));
  // The larger of b and 1 - b, b uniform: 3/4 on average.
  EXPECT_NEAR(mixed.targets.amax(1).mean().item<double>(), 0.75, 0.05);
}

TEST(Augment, DependsOnSeedEpochAndBatchAlone) {
  const auto data =
      std::make_shared<TensorDataset>(same_images(60, 3, 4, 4), torch::arange(60, torch::kLong));
  const AugmentOptions options{.crop = RandomCrop{.pad = 2},
                               .flip = RandomFlip{},
                               .brightness = RandomBrightness{},
                               .mixup = Mixup{},
                               .classes = 60};
  const auto batches = [&](std::uint64_t seed, std::int64_t workers) {
    Loader loader(
        data, {.batch_size = 8, .seed = seed, .transform = augment(options), .workers = workers});
    std::vector<torch::Tensor> inputs;
    for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
      loader.start_epoch(epoch);
      while (const auto batch = loader.next()) {
        inputs.push_back(batch->inputs);
      }
    }
    return torch::cat(inputs);
  };
  const torch::Tensor expected = batches(1, 0);
  EXPECT_TRUE(torch::equal(batches(1, 1), expected));
  EXPECT_TRUE(torch::equal(batches(1, 3), expected));
  EXPECT_FALSE(torch::equal(batches(2, 0), expected));
}

std::string augment_refusal(const AugmentOptions& options, const torch::Tensor& images) {
  return message_of(ErrorKind::usage, [&] { (void)augmented(options, images); });
}

TEST(Augment, RefusesWhatItCannotDo) {
  const torch::Tensor images = same_images(2, 3, 4, 4);
  EXPECT_EQ(augment_refusal({}, images.to(torch::kFloat)),
            "augment: expected images, uint8 [n, channels, height, width] on the CPU, got Float "
            "with 4 dimensions on cpu");
  EXPECT_EQ(augment_refusal({.crop = RandomCrop{.pad = 4}}, images),
            "crop: expected a pad smaller than the images of 4 x 4 pixels, which it reflects, got "
            "4");
  EXPECT_EQ(
      augment_refusal({.statistics = ChannelStatistics{.mean = {0.1}, .deviation = {0.2}}}, images),
      "normalisation: expected statistics of 3 channels as in the images, got 1");
  EXPECT_EQ(
      augment_refusal({.statistics = ChannelStatistics{.mean = {0.1}, .deviation = {0.0}}}, images),
      "normalisation: expected finite means and deviations above 0, got 0.1 and 0 in channel "
      "0");
  EXPECT_EQ(augment_refusal({.flip = RandomFlip{.p = 1.5}}, images),
            "flip: p: expected a number in [0, 1], got 1.5");
  EXPECT_EQ(augment_refusal({.crop = RandomCrop{}, .resized_crop = RandomResizedCrop{}}, images),
            "augment: expected crop or resized_crop, got both; leave one out");
  EXPECT_EQ(augment_refusal({.mixup = Mixup{}}, images),
            "mixup: expected at least 2 classes, got 0; it is for classification");
  Random random(1);
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [&] {
                         (void)augment({.mixup = Mixup{}, .classes = 2})(
                             {.inputs = images, .targets = torch::tensor({1, 2}, torch::kLong)},
                             random);
                       }),
            "mixup: expected classes in 0 .. 1, got 1 .. 2");
}

}  // namespace
}  // namespace onecycle
