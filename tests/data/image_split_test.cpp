// What `split_data` makes of images.
#include <gtest/gtest.h>

#include "onecycle/core/random.h"
#include "onecycle/data/loader.h"
#include "onecycle/data/split.h"
#include "support/message.h"

namespace onecycle {
namespace {

/// 20 random images of two classes, the last 4 for validation.
LoadedData random_images() {
  const torch::Tensor images = at::randint(0, 256, {20, 3, 6, 5}, torch::kByte);
  const torch::Tensor targets = at::arange(20, torch::kLong) % 2;
  SplitIndices parts;
  for (std::int64_t i = 0; i < 20; ++i) {
    (i < 16 ? parts.train : parts.valid).push_back(i);
  }
  return {.name = "random",
          .examples = std::make_shared<TensorDataset>(images, targets),
          .targets = targets,
          .images = true,
          .parts = parts,
          .task = {.classes = {"a", "b"}, .input_shape = {3, 6, 5}}};
}

TEST(ImageSplit, NormalisesByTheTrainingImagesAlone) {
  const LoadedData data = random_images();
  const SplitData split = split_data(data);
  EXPECT_EQ(split.train->size(), 16);
  EXPECT_EQ(split.valid_indices, data.parts->valid);
  EXPECT_TRUE(torch::equal(split.valid_targets, data.targets.slice(0, 16)));
  const torch::Tensor train = split.train_plain->all().inputs.to(torch::kDouble);
  EXPECT_LT(train.mean({0, 2, 3}).abs().max().item<double>(), 1e-6);
  EXPECT_LT((at::std(train, {0, 2, 3}, /*unbiased=*/false) - 1.0).abs().max().item<double>(), 1e-6);
  EXPECT_GT(split.valid->all().inputs.mean({0, 2, 3}).abs().max().item<double>(), 1e-3);
}

TEST(ImageSplit, ThePredictorsStandardizationIsTheLoadersNormalisation) {
  const LoadedData data = random_images();
  const SplitData split = split_data(data, {.images = {.normalize = imagenet_statistics()}});
  const torch::Tensor raw = data.examples->slice(16, 20).inputs;
  const torch::Tensor predicted = split.standardization.inputs.apply(raw);
  EXPECT_LT((predicted - split.valid->all().inputs).abs().max().item<double>(), 1e-5);
}

TEST(ImageSplit, OnlyTrainingIsAugmented) {
  const LoadedData data = random_images();
  const SplitData split =
      split_data(data, {.images = {.augment = parse_augment("flip(1), cutout(3)")}});
  const SplitData plain = split_data(data);
  EXPECT_TRUE(torch::equal(split.valid->all().inputs, plain.valid->all().inputs));
  EXPECT_TRUE(torch::equal(split.train_plain->all().inputs, plain.train_plain->all().inputs));
  Random random(1);
  const Batch changed = split.transform(split.train->all(), random);
  EXPECT_FALSE(torch::equal(changed.inputs, plain.train_plain->all().inputs));
}

TEST(ImageSplit, MixupGetsTheNumberOfClasses) {
  const SplitData split =
      split_data(random_images(), {.images = {.augment = parse_augment("mixup")}});
  Loader loader(split.train, {.batch_size = 8, .transform = split.transform, .workers = 2});
  loader.start_epoch(0);
  EXPECT_EQ(loader.next()->targets.sizes(), (std::vector<std::int64_t>{8, 2}));
}

TEST(ImageSplit, RefusesAnotherPartThanTheDatasOwn) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)split_data(random_images(), {.valid = 0.5}); }),
            "valid: expected none for 'random', which has a validation part of its own, got 0.5; "
            "leave it out");
}

}  // namespace
}  // namespace onecycle
