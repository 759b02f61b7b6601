#include "onecycle/data/loader.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// `size` examples; the input and the target of each is its position.
std::shared_ptr<const TensorDataset> positions(std::int64_t size, std::int64_t width = 1) {
  const torch::Tensor position = torch::arange(size, torch::kLong);
  return std::make_shared<TensorDataset>(
      position.to(torch::kFloat).view({size, 1}).expand({size, width}).contiguous(), position);
}

/// The positions in the rest of the epoch, batch by batch.
std::vector<std::vector<std::int64_t>> rest(Loader& loader) {
  std::vector<std::vector<std::int64_t>> batches;
  while (const auto batch = loader.next()) {
    EXPECT_TRUE(torch::equal(batch->inputs.select(1, 0).to(torch::kLong), batch->targets));
    const auto* first = batch->targets.const_data_ptr<std::int64_t>();
    batches.emplace_back(first, first + batch->targets.size(0));
  }
  return batches;
}

std::vector<std::vector<std::int64_t>> epoch(Loader& loader, std::int64_t number) {
  loader.start_epoch(number);
  return rest(loader);
}

std::vector<std::int64_t> flat(const std::vector<std::vector<std::int64_t>>& batches) {
  std::vector<std::int64_t> all;
  for (const auto& batch : batches) {
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

std::vector<std::int64_t> counted(std::int64_t n) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

TEST(Loader, AnEpochHoldsEveryExampleOnce) {
  for (const std::int64_t batch_size : {1, 7, 64, 100}) {
    Loader loader(positions(100), {.batch_size = batch_size});
    const auto batches = epoch(loader, 3);
    ASSERT_EQ(static_cast<std::int64_t>(batches.size()), loader.batches());
    for (std::int64_t i = 0; i < loader.batches(); ++i) {
      EXPECT_EQ(static_cast<std::int64_t>(batches[static_cast<std::size_t>(i)].size()),
                loader.batch_examples(i));
    }
    auto all = flat(batches);
    EXPECT_NE(all, counted(100));
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, counted(100));
  }
}

TEST(Loader, TheOrderIsAFunctionOfSeedAndEpoch) {
  Loader a(positions(50), {.batch_size = 8, .seed = 5});
  Loader b(positions(50), {.batch_size = 50, .seed = 5});
  Loader other(positions(50), {.batch_size = 8, .seed = 6});
  const auto first = flat(epoch(a, 0));
  const auto second = flat(epoch(a, 1));
  EXPECT_NE(first, second);
  EXPECT_EQ(flat(epoch(a, 0)), first);
  EXPECT_EQ(flat(epoch(b, 1)), second);
  EXPECT_NE(flat(epoch(other, 0)), first);
}

TEST(Loader, ShufflingMovesExamplesEverywhere) {
  // Over 2,000 epochs each of 5 examples stands at each of 5 places about 400 times.
  Loader loader(positions(5), {.batch_size = 5});
  std::map<std::pair<std::int64_t, std::size_t>, int> counts;
  for (int i = 0; i < 2000; ++i) {
    const auto order = flat(epoch(loader, i));
    for (std::size_t place = 0; place < order.size(); ++place) {
      ++counts[{order[place], place}];
    }
  }
  for (const auto& [where, count] : counts) {
    EXPECT_NEAR(count, 400, 90);
  }
}

TEST(Loader, GoesOnFromAnyCursor) {
  // Wide examples are gathered a batch at a time, narrow ones all at once.
  for (const std::int64_t width : {1, 40'000}) {
    const auto data = positions(30, width);
    Loader whole(data, {.batch_size = 4});
    const auto batches = epoch(whole, 2);
    for (std::int64_t cut = 0; cut <= whole.batches(); ++cut) {
      Loader first(data, {.batch_size = 4});
      first.start_epoch(2);
      for (std::int64_t i = 0; i < cut; ++i) {
        first.next();
      }
      EXPECT_EQ(first.cursor(), (LoaderCursor{.epoch = 2, .batch = cut}));
      Loader second(data, {.batch_size = 4});
      second.seek(first.cursor());
      const decltype(batches) expected(batches.begin() + cut, batches.end());
      EXPECT_EQ(rest(second), expected);
      EXPECT_EQ(rest(first), expected);
    }
  }
}

TEST(Loader, CopiesGoTheirOwnWay) {
  Loader loader(positions(20), {.batch_size = 6});
  loader.next();
  Loader copy = loader;
  EXPECT_EQ(rest(copy), rest(loader));
  EXPECT_EQ(copy.cursor(), loader.cursor());
  loader.start_epoch(1);
  EXPECT_EQ(copy.next(), std::nullopt);
}

TEST(Loader, BatchesStayAsTheyWere) {
  Loader loader(positions(20), {.batch_size = 6});
  std::vector<Batch> kept;
  std::vector<torch::Tensor> copies;
  for (int i = 0; i < 3; ++i) {
    loader.start_epoch(i);
    while (auto batch = loader.next()) {
      copies.push_back(batch->inputs.clone());
      kept.push_back(*std::move(batch));
    }
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    EXPECT_TRUE(torch::equal(kept[i].inputs, copies[i]));
  }
}

TEST(Loader, UnshuffledKeepsTheOrderAndCopiesNothing) {
  const auto data = positions(10);
  Loader loader(data, {.batch_size = 4, .shuffle = false});
  EXPECT_EQ(flat(epoch(loader, 7)), counted(10));
  loader.start_epoch(0);
  EXPECT_EQ(loader.next()->inputs.data_ptr(), data->inputs().data_ptr());
}

TEST(Loader, DropLastLeavesTheShortBatchOut) {
  Loader loader(positions(10), {.batch_size = 4, .drop_last = true});
  EXPECT_EQ(loader.batches(), 2);
  EXPECT_EQ(loader.examples(), 8);
  EXPECT_EQ(flat(epoch(loader, 0)).size(), 8U);
}

/// Draws from torch's generator, as augmentations do.
class Noise final : public Dataset {
 public:
  [[nodiscard]] std::int64_t size() const override { return 12; }
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override {
    return {.inputs = torch::rand({indices.size(0)}), .targets = indices};
  }
};

TEST(Loader, AsksRandomDataForEachBatchWhenItIsDue) {
  Loader loader(std::make_shared<Noise>(), {.batch_size = 4});
  torch::manual_seed(1);
  const torch::Tensor first = loader.next()->inputs;
  torch::manual_seed(1);
  EXPECT_TRUE(torch::equal(loader.next()->inputs, first));
}

TEST(Loader, BatchesTakePartInAutograd) {
  Loader loader(positions(8), {.batch_size = 4});
  const torch::Tensor weight = torch::ones({1, 1}, torch::requires_grad());
  const auto batch = loader.next();
  batch->inputs.matmul(weight).sum().backward();
  EXPECT_EQ(weight.grad().item<float>(), batch->inputs.sum().item<float>());
}

/// What a state archive does with integers.
struct Archive {
  std::map<std::string, std::int64_t> values;
  bool restoring = false;
  void integer(const std::string& name, std::int64_t& value) {
    (restoring ? value : values[name]) = restoring ? values.at(name) : value;
  }
};

TEST(Loader, StateIsTheCursor) {
  Loader loader(positions(20), {.batch_size = 4});
  loader.start_epoch(3);
  loader.next();
  Archive archive;
  loader.state(archive);
  const auto expected = rest(loader);
  loader.start_epoch(9);
  loader.next();
  archive.restoring = true;
  loader.state(archive);
  EXPECT_EQ(loader.cursor(), (LoaderCursor{.epoch = 3, .batch = 1}));
  EXPECT_EQ(rest(loader), expected);
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "accepted";
}

TEST(Loader, RefusesBatchesThatCannotBeFilled) {
  EXPECT_EQ(refusal([] { Loader loader(positions(10), {.batch_size = 11}); }),
            "batch size: expected at most the 10 examples of the training set, got 11; use a "
            "smaller one");
  EXPECT_EQ(refusal([] { Loader loader(positions(10), {.batch_size = 0}); }),
            "batch size: expected at least 1 example, got 0");
  EXPECT_EQ(refusal([] { Loader loader(nullptr); }), "loader: expected examples, got none");
  Loader small(positions(10), {.batch_size = 11, .shuffle = false});
  EXPECT_EQ(small.batches(), 1);
}

TEST(Loader, RefusesACursorOutside) {
  Loader loader(positions(10), {.batch_size = 4});
  EXPECT_EQ(refusal([&] { loader.seek({.epoch = 0, .batch = 4}); }),
            "loader: expected a batch in 0 .. 3, got 4");
  EXPECT_EQ(refusal([&] { loader.start_epoch(-1); }), "loader: expected an epoch from 0, got -1");
  EXPECT_EQ(refusal([&] { static_cast<void>(loader.batch_examples(3)); }),
            "loader: expected a batch in 0 .. 2, got 3");
}

}  // namespace
}  // namespace onecycle
