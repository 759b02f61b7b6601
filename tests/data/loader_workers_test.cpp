// Threads that make batches ahead, and transforms: the same batches however they are made.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "onecycle/core/random.h"
#include "onecycle/data/loader.h"
#include "support/message.h"

namespace onecycle {
namespace {

/// Examples that are their position, and what was asked of them.
class Watched final : public Dataset {
 public:
  explicit Watched(std::int64_t size) : size_(size) {}
  [[nodiscard]] std::int64_t size() const override { return size_; }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
    ++gets;
    threads = at::get_num_threads();
    if (slow) {  // so that batches are finished out of order
      std::this_thread::sleep_for(std::chrono::microseconds(indices[0].item<int>() % 7 * 100));
    }
    const bool has_broken = indices.eq(broken.load()).any().item<bool>();
    require(!has_broken, ErrorKind::data, "example ", broken.load(), ": broken");
    return {.inputs = indices.to(torch::kFloat), .targets = indices.clone()};
  }

  mutable std::atomic<int> gets = 0;
  mutable std::atomic<int> threads = 0;
  std::atomic<std::int64_t> broken = -1;
  bool slow = false;

 private:
  std::int64_t size_;
};

/// Adds noise of the given generator.
Batch with_noise(const Batch& batch, Random& random) {
  const auto noise = static_cast<float>(random.uniform());
  return {.inputs = batch.inputs + noise, .targets = batch.targets};
}

std::vector<float> values_left(Loader& loader) {
  std::vector<float> values;
  while (const auto batch = loader.next()) {
    const auto* first = batch->inputs.const_data_ptr<float>();
    values.insert(values.end(), first, first + batch->inputs.numel());
  }
  return values;
}

std::vector<float> values_of(Loader& loader, std::int64_t number) {
  loader.start_epoch(number);
  return values_left(loader);
}

/// Until no call of `get` comes any more: the workers are as far ahead as they go.
int settled(const std::shared_ptr<Watched>& data) {
  int before = -1;
  while (before != data->gets) {
    before = data->gets;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return before;
}

TEST(LoaderWorkers, BatchesAreTheSameWhateverTheirNumber) {
  const auto data = std::make_shared<Watched>(103);
  data->slow = true;
  for (const bool shuffle : {true, false}) {
    LoaderOptions options{.batch_size = 10, .shuffle = shuffle, .seed = 3, .transform = with_noise};
    Loader alone(data, options);
    const std::vector<std::vector<float>> expected{values_of(alone, 0), values_of(alone, 1),
                                                   values_of(alone, 2)};
    EXPECT_NE(expected[0], expected[1]);
    for (const std::int64_t workers : {1, 2, 5}) {
      options.workers = workers;
      Loader loader(data, options);
      for (std::int64_t e = 0; e < 3; ++e) {
        EXPECT_EQ(values_of(loader, e), expected[static_cast<std::size_t>(e)]);
      }
      EXPECT_EQ(values_of(loader, 1), expected[1]);  // back, against what was made ahead
    }
  }
}

TEST(LoaderWorkers, GoOnFromAnyCursor) {
  const auto data = std::make_shared<Watched>(30);
  const LoaderOptions options{.batch_size = 4, .transform = with_noise, .workers = 2};
  Loader whole(data, options);
  const auto all = values_of(whole, 2);
  for (std::int64_t cut = 0; cut <= whole.batches(); ++cut) {
    Loader loader(data, options);
    loader.next();
    loader.seek({.epoch = 2, .batch = cut});
    const auto begin = all.begin() + std::min<std::ptrdiff_t>(cut * 4, 30);
    EXPECT_EQ(values_left(loader), std::vector<float>(begin, all.end()));
  }
}

TEST(LoaderWorkers, TransformsDrawFromSeedEpochAndBatchAlone) {
  const auto ones = std::make_shared<TensorDataset>(torch::zeros({8, 1}), torch::zeros({8}));
  std::set<float> seen;
  for (const std::uint64_t seed : {1, 2}) {
    Loader loader(ones, {.batch_size = 4, .seed = seed, .transform = with_noise});
    for (std::int64_t e = 0; e < 2; ++e) {
      for (const float value : values_of(loader, e)) {
        seen.insert(value);
      }
    }
  }
  EXPECT_EQ(seen.size(), 8U);  // one number for each of 2 seeds, 2 epochs, 2 batches
}

TEST(LoaderWorkers, StayTwoBatchesEachAhead) {
  const auto data = std::make_shared<Watched>(100);
  Loader loader(data, {.batch_size = 1, .workers = 3});
  EXPECT_EQ(settled(data), 0);  // nobody has asked for anything
  loader.next();
  EXPECT_EQ(settled(data), 1 + 6);
}

TEST(LoaderWorkers, MakeTheNextEpochsBatchesAtAnEpochsEnd) {
  const auto data = std::make_shared<Watched>(20);
  Loader loader(data, {.batch_size = 4, .workers = 2});
  values_of(loader, 0);
  EXPECT_EQ(settled(data), 5 + 4);
  values_of(loader, 1);
  EXPECT_EQ(settled(data), 10 + 4);  // none was made twice
  values_of(loader, 5);
  EXPECT_EQ(settled(data), 14 + 5 + 4);  // those of epoch 2 were of no use
}

TEST(LoaderWorkers, EpochsThatAreAllAlikeGoOnAtTheirBeginning) {
  const auto data = std::make_shared<Watched>(20);
  Loader valid(data, {.batch_size = 4, .shuffle = false, .workers = 1});
  const auto first = values_of(valid, 0);
  EXPECT_EQ(settled(data), 5 + 2);
  EXPECT_EQ(values_of(valid, 0), first);
  EXPECT_EQ(settled(data), 10 + 2);
}

TEST(LoaderWorkers, AnErrorComesAtItsBatchAndTheNextCallTriesAgain) {
  const auto data = std::make_shared<Watched>(20);
  data->broken = 9;
  for (const std::int64_t workers : {0, 2}) {
    Loader loader(data, {.batch_size = 4, .shuffle = false, .workers = workers});
    EXPECT_TRUE(loader.next());
    EXPECT_TRUE(loader.next());
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(message_of(ErrorKind::data, [&] { loader.next(); }), "example 9: broken");
      EXPECT_EQ(loader.cursor(), (LoaderCursor{.epoch = 0, .batch = 2}));
    }
    data->broken = -1;
    EXPECT_EQ(values_left(loader).front(), 8.0F);
    data->broken = 9;
  }
}

TEST(LoaderWorkers, ATransformThatFailsIsTriedAgainOnTheSameBatch) {
  bool fails = false;
  const auto transform = [&](Batch batch, Random& /*random*/) {
    require(!fails, ErrorKind::usage, "no");
    return batch;
  };
  const auto data = std::make_shared<TensorDataset>(torch::arange(8.F), torch::arange(8));
  Loader loader(data, {.batch_size = 4, .transform = transform});
  const auto all = values_of(loader, 0);
  loader.start_epoch(0);
  fails = true;
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { loader.next(); }), "no");
  fails = false;
  EXPECT_EQ(values_left(loader), all);
}

TEST(LoaderWorkers, CopiesGoTheirOwnWay) {
  const auto data = std::make_shared<Watched>(40);
  Loader loader(data, {.batch_size = 4, .workers = 2});
  loader.next();
  Loader copy = loader;
  EXPECT_EQ(values_left(copy), values_left(loader));
  loader.start_epoch(1);
  loader.next();
  copy = loader;
  Loader moved = std::move(copy);
  EXPECT_EQ(values_left(moved), values_left(loader));
}

TEST(LoaderWorkers, MayBeLeftAtAnyMoment) {
  const auto data = std::make_shared<Watched>(40);
  data->slow = true;
  for (int taken = 0; taken < 12; ++taken) {
    Loader loader(data, {.batch_size = 1, .workers = 4});
    for (int i = 0; i < taken; ++i) {
      loader.next();
    }
  }
  const int before = data->gets;
  EXPECT_EQ(settled(data), before);  // no thread is left behind
}

TEST(LoaderWorkers, UseOneThreadEachAndLeaveTheCallersAlone) {
  at::set_num_threads(3);
  const auto data = std::make_shared<Watched>(8);
  Loader alone(data, {.batch_size = 4});
  alone.next();
  EXPECT_EQ(data->threads, 3);
  Loader loader(data, {.batch_size = 4, .workers = 1});
  loader.next();
  EXPECT_EQ(data->threads, 1);
  EXPECT_EQ(at::get_num_threads(), 3);
  std::thread([] { EXPECT_EQ(at::get_num_threads(), 3); }).join();
  at::set_num_threads(1);
}

TEST(LoaderWorkers, RefuseANegativeNumber) {
  EXPECT_EQ(
      message_of(
          ErrorKind::usage,
          [] { Loader loader(std::make_shared<Watched>(8), {.batch_size = 4, .workers = -1}); }),
      "workers: expected at least 0, got -1");
}

}  // namespace
}  // namespace onecycle
