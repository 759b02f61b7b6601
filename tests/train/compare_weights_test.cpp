#include "onecycle/train/compare_weights.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

#include "onecycle/train/batch_norm.h"
#include "onecycle/train/keep_averages.h"
#include "onecycle/train/snapshots.h"
#include "support/message.h"
#include "train/kept.h"

namespace onecycle {
namespace {

struct ComparedFit {
  Learner learner = kept::learner(3, {accuracy()});
  std::shared_ptr<BestWeights> best = std::make_shared<BestWeights>(learner.model());
  std::shared_ptr<SwaWeights> swa = std::make_shared<SwaWeights>(learner.model());
  std::shared_ptr<EmaWeights> ema = std::make_shared<EmaWeights>(learner.model());
  std::shared_ptr<LowWeights> lows = std::make_shared<LowWeights>(learner.model());
  std::shared_ptr<Snapshots> snapshots = std::make_shared<Snapshots>(learner.model());
  std::vector<std::shared_ptr<KeptWeights>> kept = {best, swa, ema, lows, snapshots};

  ComparedFit() { learner.fit(kept::eight_epochs({kept.begin(), kept.end()})); }
  std::vector<ComparedWeights> compare() { return compare_weights(learner, kept); }
};

TEST(CompareWeights, MeasuresTheLastAndAllThatAreKept) {
  ComparedFit f;
  const Evaluation last = f.learner.validate();
  const auto compared = f.compare();
  std::vector<std::string> names;
  for (const ComparedWeights& each : compared) {
    names.push_back(each.name);
    EXPECT_EQ(each.evaluation->examples, 30);
    EXPECT_EQ(each.evaluation->metrics.size(), 1U);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"last", "best", "swa", "ema", "lows", "snapshots"}));
  EXPECT_EQ(compared[0].what, "after iteration 48");
  EXPECT_EQ(compared[0].evaluation->loss, last.loss);
  EXPECT_EQ(compared[1].evaluation->loss, *f.best->epoch()->valid_loss);
  EXPECT_EQ(compared[3].what, f.ema->what());
}

TEST(CompareWeights, WhatWasMeasuredIsWhatIsHandedOut) {
  ComparedFit f;
  for (const ComparedWeights& each : f.compare()) {
    if (each.members.size() == 1) {
      load_weights(*f.learner.model().module, each.members[0]);
      const Evaluation again = f.learner.validate();
      EXPECT_EQ(again.loss, each.evaluation->loss) << each.name;
      EXPECT_EQ(again.metrics, each.evaluation->metrics) << each.name;
    }
  }
}

TEST(CompareWeights, LeavesEveryBitOfTheLearnerAndOfWhatIsKept) {
  ComparedFit f;
  dynamic_cast<toy::NetImpl&>(*f.learner.model().module).drop->eval();
  f.learner.train_loader().seek({.epoch = 2, .batch = 3});
  const std::string before = toy::state_hash(f.learner);
  const std::string average = kept::hash_of(f.swa->members());
  (void)f.compare();
  EXPECT_EQ(toy::state_hash(f.learner), before);
  EXPECT_EQ(kept::hash_of(f.swa->members()), average);
}

TEST(CompareWeights, LeavesEveryBitAfterAnException) {
  ComparedFit f;
  const std::string before = toy::state_hash(f.learner);
  auto forward = f.learner.model().forward;
  int calls = 0;
  f.learner.model().forward = [&](const torch::Tensor& x) -> torch::Tensor {
    if (++calls == 6) {  // 2 batches each of last and best, 2 of the batch norm of swa
      throw std::runtime_error("mine");
    }
    return forward(x);
  };
  EXPECT_THROW(f.compare(), std::runtime_error);
  EXPECT_EQ(toy::state_hash(f.learner), before);
}

TEST(CompareWeights, AveragesHaveBatchNormStatisticsOfTheirOwn) {
  ComparedFit f;
  const auto compared = f.compare();
  for (const std::size_t i : {2U, 3U, 4U}) {
    EXPECT_NE(kept::hash_of(compared[i].members), kept::hash_of(f.kept[i - 1]->members()));
    load_weights(*f.learner.model().module, f.kept[i - 1]->weights());
    Loader train = f.learner.train_loader();
    ASSERT_EQ(update_batch_norm(f.learner.model(), train, torch::kCPU), 1);
    kept::expect_near(compared[i].members[0], kept::copy_of(f.learner.model()), 0.0);
  }
  for (const std::size_t i : {1U, 5U}) {
    EXPECT_EQ(kept::hash_of(compared[i].members), kept::hash_of(f.kept[i - 1]->members()));
  }
}

TEST(CompareWeights, SnapshotsAnswerTogether) {
  ComparedFit f;
  const ComparedWeights together = f.compare().back();
  ASSERT_EQ(together.members.size(), 4U);
  const Dataset& data = f.learner.valid_loader().data();
  torch::Tensor mean = torch::zeros({30, 3}, torch::kDouble);
  for (const NamedTensors& member : together.members) {
    load_weights(*f.learner.model().module, member);
    mean += torch::softmax(f.learner.predict(data), 1) / 4.0;
  }
  const torch::Tensor classes = data.slice(0, 30).targets;
  EXPECT_NEAR(together.evaluation->loss,
              -mean.gather(1, classes.unsqueeze(1)).log().mean().item<double>(), 1e-12);
  EXPECT_DOUBLE_EQ(together.evaluation->metrics[0],
                   mean.argmax(1).eq(classes).to(torch::kDouble).mean().item<double>());
}

TEST(CompareWeights, LeavesOutWhatIsNotReady) {
  ComparedFit f;
  const auto unused = std::make_shared<LowWeights>(f.learner.model());
  EXPECT_EQ(compare_weights(f.learner, {unused}).size(), 1U);
}

TEST(CompareWeights, WithoutAValidationSetAveragesStillGetTheirStatistics) {
  Learner learner(toy::model(), toy::train_loader(), std::nullopt);
  const auto ema = std::make_shared<EmaWeights>(learner.model());
  learner.fit({.epochs = 2, .lr = 0.01, .callbacks = {ema}});
  const auto compared = compare_weights(learner, {ema});
  ASSERT_EQ(compared.size(), 2U);
  EXPECT_FALSE(compared[0].evaluation || compared[1].evaluation);
  EXPECT_EQ(choose_weights(compared), 0U);
  for (const auto& [name, tensor] : compared[1].members[0]) {
    if (name == "norm.num_batches_tracked") {
      EXPECT_EQ(tensor.item<std::int64_t>(), learner.train_loader().batches());
    }
  }
}

TEST(ChooseWeights, TakesTheLowestLossAndTheFirstOfEquals) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto choice = [](const std::vector<double>& losses) {
    std::vector<ComparedWeights> compared;
    for (const double loss : losses) {
      compared.push_back({.name = {},
                          .what = {},
                          .evaluation = Evaluation{.loss = loss, .metrics = {}},
                          .members = {}});
    }
    return choose_weights(compared);
  };
  EXPECT_EQ(choice({2.0, 1.0, 1.0, 3.0}), 1U);
  EXPECT_EQ(choice({kNan, 2.0, kNan}), 1U);
  EXPECT_EQ(choice({kNan, kNan}), 0U);
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { choice({}); }),
            "choose weights: expected at least one set of weights, got none");
}

}  // namespace
}  // namespace onecycle
