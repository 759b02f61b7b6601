#include "onecycle/data/cache.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "onecycle/core/files.h"
#include "onecycle/data/loader.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

constexpr std::int64_t kImages = 50;
constexpr std::int64_t kBytes = 3 * 4 * 5 + 8;

/// Images that tell which one they are, laid out as decoders do; counts how often each is fetched.
class CountedImages final : public Dataset {
 public:
  explicit CountedImages(std::int64_t shift = 0) : shift_(shift), fetched_(kImages) {}
  [[nodiscard]] std::int64_t size() const override { return kImages; }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
    for (std::int64_t i = 0; i < indices.size(0); ++i) {
      ++fetched_[static_cast<std::size_t>(indices[i].item<std::int64_t>())];
    }
    const torch::Tensor pixels = torch::arange(3 * 4 * 5).view({1, 3, 4, 5});
    const torch::Tensor images = (indices.view({-1, 1, 1, 1}) * 3 + pixels + shift_).to(type);
    return {.inputs = images.contiguous(torch::MemoryFormat::ChannelsLast),
            .targets = indices * 100};
  }
  [[nodiscard]] int fetched() const {
    int sum = 0;
    for (const auto& count : fetched_) {
      sum += count;
    }
    return sum;
  }

  torch::ScalarType type = torch::kByte;

 private:
  std::int64_t shift_;
  mutable std::vector<std::atomic<int>> fetched_;
};

torch::Tensor every_image() { return torch::arange(kImages, torch::kLong); }

void expect_same(const Batch& got, const Batch& expected) {
  EXPECT_TRUE(torch::equal(got.inputs, expected.inputs));
  EXPECT_TRUE(torch::equal(got.targets, expected.targets));
  EXPECT_EQ(got.inputs.scalar_type(), expected.inputs.scalar_type());
  EXPECT_EQ(got.inputs.strides(), expected.inputs.strides());
}

TEST(CachedDataset, FetchesEachExampleOnceAndGivesItAsItWas) {
  const auto below = std::make_shared<CountedImages>();
  const CachedDataset data(below);
  EXPECT_EQ(data.example_bytes(), kBytes);
  EXPECT_EQ(data.capacity(), kImages);
  const int probed = below->fetched();
  for (const auto& indices :
       {every_image(), every_image().flip(0), torch::tensor({7, 7, 3}, torch::kLong)}) {
    expect_same(data.get(indices), CountedImages().get(indices));
  }
  EXPECT_EQ(below->fetched(), probed + kImages);
}

TEST(CachedDataset, FetchesOnlyWhatIsMissing) {
  const auto below = std::make_shared<CountedImages>();
  const CachedDataset data(below);
  (void)data.get(torch::tensor({1, 4}, torch::kLong));
  const int before = below->fetched();
  const auto indices = torch::tensor({4, 9, 1, 8}, torch::kLong);
  expect_same(data.get(indices), CountedImages().get(indices));
  EXPECT_EQ(below->fetched(), before + 2);
}

TEST(CachedDataset, KeepsNoMoreThanItsLimit) {
  for (const std::int64_t fit : {0, 10}) {
    const auto below = std::make_shared<CountedImages>();
    const CachedDataset data(below, {.limit = fit * kBytes + kBytes - 1});
    EXPECT_EQ(data.capacity(), fit);
    const int probed = below->fetched();
    for (int i = 0; i < 2; ++i) {
      expect_same(data.get(every_image()), CountedImages().get(every_image()));
    }
    EXPECT_EQ(below->fetched() - probed, 2 * kImages - fit);
  }
}

TEST(CachedDataset, ServesManyThreads) {
  const TempFolder folder;
  for (const char* file : {"", "cache"}) {
    const auto path = *file == '\0' ? std::filesystem::path() : folder.path() / file;
    const auto below = std::make_shared<CountedImages>();
    const auto data =
        std::make_shared<CachedDataset>(below, CacheOptions{.limit = 30 * kBytes, .path = path});
    Loader loader(data, {.batch_size = 7, .workers = 4});
    for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
      loader.start_epoch(epoch);
      while (const auto batch = loader.next()) {
        const torch::Tensor indices = batch->targets.div(100, "trunc");
        expect_same(*batch, CountedImages().get(indices));
      }
    }
  }
}

TEST(CachedDataset, AFileServesLaterRuns) {
  const TempFolder folder;
  const CacheOptions options{.path = folder.path() / "cache", .fingerprint = "images of today"};
  {
    const CachedDataset half(std::make_shared<CountedImages>(), options);
    (void)half.get(every_image().slice(0, 0, 20));
  }
  for (const int missing : {30, 0}) {
    const auto below = std::make_shared<CountedImages>();
    const CachedDataset data(below, options);
    EXPECT_EQ(data.capacity(), kImages);
    const int probed = below->fetched();
    expect_same(data.get(every_image()), CountedImages().get(every_image()));
    EXPECT_EQ(below->fetched() - probed, missing);
  }
}

TEST(CachedDataset, AFileOfOtherExamplesIsMadeAnew) {
  const TempFolder folder;
  const auto path = folder.path() / "cache";
  const auto fill = [&](const CacheOptions& options, std::int64_t shift) {
    const CachedDataset data(std::make_shared<CountedImages>(shift), options);
    expect_same(data.get(every_image()), CountedImages(shift).get(every_image()));
  };
  fill({.path = path, .fingerprint = "a"}, 0);
  fill({.path = path, .fingerprint = "b"}, 1);
  const auto floats = std::make_shared<CountedImages>(2);
  floats->type = torch::kFloat;
  const CachedDataset data(floats, {.path = path, .fingerprint = "b"});
  expect_same(data.get(every_image()), floats->get(every_image()));
}

TEST(CachedDataset, WhatIsDamagedInAFileIsFetchedAgain) {
  const TempFolder folder;
  const CacheOptions options{.path = folder.path() / "cache"};
  const auto use = [&] {
    const auto below = std::make_shared<CountedImages>();
    const CachedDataset data(below, options);
    const int probed = below->fetched();
    expect_same(data.get(every_image()), CountedImages().get(every_image()));
    return below->fetched() - probed;
  };
  EXPECT_EQ(use(), kImages);
  std::string bytes = read_file(options.path);
  const std::size_t record = kBytes + 4;
  ASSERT_EQ(bytes.size(), 4096 + kImages * record);
  bytes[4096 + 3 * record + 40] ^= 1;
  bytes[4096 + 8 * record] ^= 1;
  write_file(options.path, bytes);
  EXPECT_EQ(use(), 2);
  EXPECT_EQ(use(), 0);
  std::filesystem::resize_file(options.path, 4096 + 44 * record + 9);
  EXPECT_EQ(use(), 6);
}

TEST(CachedDataset, LeavesFilesAloneThatAreNoCache) {
  const TempFolder folder;
  const auto path = folder.path() / "diary.txt";
  write_file(path, "Dear diary");
  EXPECT_EQ(
      message_of(
          ErrorKind::usage,
          [&] { const CachedDataset data(std::make_shared<CountedImages>(), {.path = path}); }),
      path.native() +
          ": expected a cache or no file, got another file; remove it or name another one");
  EXPECT_EQ(read_file(path), "Dear diary");
}

/// Its second half is of another size.
class Uneven final : public Dataset {
 public:
  [[nodiscard]] std::int64_t size() const override { return 4; }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
    const std::int64_t side = indices[0].item<std::int64_t>() < 2 ? 2 : 3;
    return {.inputs = torch::zeros({indices.size(0), side}), .targets = indices};
  }
};

TEST(CachedDataset, RefusesWhatItCannotKeep) {
  const CachedDataset data(std::make_shared<Uneven>());
  EXPECT_EQ(message_of(ErrorKind::data, [&] { (void)data.slice(2, 4); }),
            "cache: expected examples of one shape and type, Float [2] -> Long [], got Float [3] "
            "-> Long []");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] { const CachedDataset none(std::make_shared<Uneven>(), {.limit = -1}); }),
            "cache: expected a limit of at least 0 bytes, got -1");
}

}  // namespace
}  // namespace onecycle
