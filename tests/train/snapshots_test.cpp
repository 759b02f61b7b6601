#include "onecycle/train/snapshots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "support/message.h"
#include "train/kept.h"

namespace onecycle {
namespace {

TEST(Snapshots, AreTheWeightsAtTheLastLows) {
  for (const std::int64_t most : {1, 3, 5}) {
    Learner learner = kept::learner();
    const auto snapshots =
        std::make_shared<Snapshots>(learner.model(), SnapshotOptions{.most = most});
    const auto history = std::make_shared<kept::History>(learner.model());
    learner.fit(kept::eight_epochs({snapshots, history}));
    std::vector<NamedTensors> expected;
    for (std::int64_t low = 5 - std::min<std::int64_t>(most, 4); low <= 4; ++low) {
      expected.push_back(history->after[static_cast<std::size_t>(12 * low - 1)]);
    }
    EXPECT_EQ(snapshots->members().size(), expected.size());
    EXPECT_EQ(kept::hash_of(snapshots->members()), kept::hash_of(expected)) << most;
    EXPECT_EQ(kept::hash_of({snapshots->weights()}), kept::hash_of({expected.back()}));
    EXPECT_FALSE(snapshots->averaged());
  }
}

TEST(Snapshots, SayWhatTheyAre) {
  Learner learner = kept::learner();
  const auto what = [&](std::int64_t most, const GroupSchedules& schedule) {
    const auto snapshots =
        std::make_shared<Snapshots>(learner.model(), SnapshotOptions{.most = most});
    learner.fit({.epochs = 2, .lr = 0.01, .schedule = schedule, .callbacks = {snapshots}});
    return snapshots->what();
  };
  const Sgdr cycles{.cycles = 3, .cycle_mult = 1.0};
  EXPECT_EQ(what(3, cycles), "mean prediction at 3 lows of the rate");
  EXPECT_EQ(what(2, cycles), "mean prediction at the last 2 lows of the rate");
  EXPECT_EQ(what(2, Sgdr{.cycles = 1}), "one snapshot at a low of the rate");
  EXPECT_EQ(what(2, Constant{}), "the schedule has no cycle that ends");
}

TEST(Snapshots, AFitGoesOnFromItsState) {
  for (const std::int64_t most : {2, 5}) {
    kept::expect_goes_on_from_its_state([most](const Model& model) {
      return std::make_shared<Snapshots>(model, SnapshotOptions{.most = most});
    });
  }
}

TEST(Snapshots, RefuseToKeepNone) {
  const Model model = toy::model();
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { Snapshots(model, {.most = 0}); }),
            "snapshots: most: expected at least 1, got 0");
}

TEST(EnsembleOutput, OfAClassificationIsTheMeanOfTheSoftmax) {
  torch::manual_seed(1);
  std::vector<torch::Tensor> logits;
  torch::Tensor mean = torch::zeros({8, 3}, torch::kDouble);
  for (int i = 0; i < 4; ++i) {
    logits.push_back(3.0 * torch::randn({8, 3}, torch::kDouble));
    mean += torch::softmax(logits.back(), 1) / 4.0;
  }
  const torch::Tensor output = ensemble_output(logits, TaskKind::classification);
  EXPECT_TRUE(torch::allclose(output, mean.log(), 0.0, 1e-12));
  EXPECT_FALSE(torch::allclose(torch::softmax(torch::stack(logits).mean(0), 1), mean, 0.0, 1e-2))
      << "the mean of the logits says something else";
  // Cross-entropy reads them as what they are.
  const torch::Tensor classes = torch::arange(8) % 3;
  const torch::Tensor likelihood = -mean.gather(1, classes.unsqueeze(1)).log().mean();
  EXPECT_NEAR(cross_entropy()(output, classes).item<double>(), likelihood.item<double>(), 1e-12);
}

TEST(EnsembleOutput, DoesNotOverflow) {
  const torch::Tensor large = torch::tensor({{1000.0, 0.0}}, torch::kFloat);
  const torch::Tensor output = ensemble_output({large, -large}, TaskKind::classification);
  EXPECT_TRUE(torch::allclose(output, torch::full({1, 2}, std::log(0.5))));
}

TEST(EnsembleOutput, OfARegressionIsTheMean) {
  const std::vector<torch::Tensor> outputs = {torch::tensor({1.0, 5.0}), torch::tensor({3.0, 6.0})};
  EXPECT_TRUE(
      torch::equal(ensemble_output(outputs, TaskKind::regression), torch::tensor({2.0, 5.5})));
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)ensemble_output({}, TaskKind::regression); }),
            "ensemble: expected the outputs of a model, got none");
}

}  // namespace
}  // namespace onecycle
