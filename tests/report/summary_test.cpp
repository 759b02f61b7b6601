#include "onecycle/report/summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "report/runs.h"

namespace onecycle {
namespace {

TEST(Summary, TellsARunInWords) {
  EXPECT_EQ(describe(small_run(4)),
            "4 epochs, 32 iterations (weight updates, one batch each) in 2.00 s. The lowest "
            "validation loss came after epoch 3: training loss 1.4000, validation loss 1.3000, "
            "accuracy 0.7000. At the end: training loss 1.5500, validation loss 1.4500, accuracy "
            "0.8000.");
}

TEST(Summary, TellsBatchesFromIterations) {
  auto run = small_run(1);
  for (auto& record : run.iterations) {
    record.batches = 4;
  }
  run.epochs[0].valid_loss.reset();
  EXPECT_EQ(
      describe(run),
      "1 epoch, 8 iterations (weight updates from 32 batches) in 0.50 s. At the end: training "
      "loss 1.5500, accuracy 0.5000.");
}

TEST(Summary, TellsARunThatDidNotGetFar) {
  auto run = small_run(1);
  run.epochs.clear();
  EXPECT_EQ(describe(run), "8 iterations, no epoch was finished.");
  EXPECT_EQ(describe(onecycle::Run{}), "No training was recorded.");
}

TEST(Summary, TellsASweepInWords) {
  EXPECT_EQ(describe(small_find()),
            "60 rates from 1e-06 to 3.59, one iteration each (60 batches, 2.5 epochs). It ended "
            "because the loss rose to 4 times its lowest.");
  EXPECT_EQ(describe(FindRecord{}), "No rate was tried.");
  EXPECT_EQ(describe(FindRecord{.stopped = "the loss was nan"}),
            "No rate has a usable loss: the loss was nan.");
}

TEST(Summary, TheBestEpochHasTheLowestFiniteValidationLoss) {
  auto run = small_run(4);
  EXPECT_EQ(best_epoch(run), 2U);
  run.epochs[2].valid_loss = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(best_epoch(run), 1U);
  for (auto& epoch : run.epochs) {
    epoch.valid_loss.reset();
  }
  EXPECT_FALSE(best_epoch(run));
}

TEST(EpochsTable, ShowsTheBestAndTheLastOfMany) {
  auto run = small_run(1000);
  for (auto& epoch : run.epochs) {
    epoch.valid_loss = epoch.epoch == 333 ? 0.5 : 1.0;
  }
  const Table table = epochs_table(run, 100);
  EXPECT_LE(table.rows.size(), 102U);
  EXPECT_EQ(table.rows.back()[0], "1000");
  const auto is_best = [](const auto& row) { return row[0] == "334"; };
  EXPECT_EQ(std::count_if(table.rows.begin(), table.rows.end(), is_best), 1);
  EXPECT_EQ(epochs_table(run, 1000).rows.size(), 1000U);
}

TEST(SuggestionsTable, SaysWhyARuleHasNoRate) {
  const Table table = suggestions_table(small_find());
  EXPECT_EQ(table.header.back(), "why not");
  EXPECT_EQ(table.rows[2], (std::vector<std::string>{"slide", "-", "it is too short"}));
  FindRecord find = small_find();
  find.suggestions.pop_back();
  EXPECT_EQ(suggestions_table(find).header.size(), 2U);
}

TEST(RulesTable, ExplainsEveryRateAndEveryGap) {
  const Table table = rules_table(small_find());
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{
                               "valley", "0.004",
                               "half way down the longest fall of the loss: safe, often too low "
                               "(fastai v2, valley)"}));
  EXPECT_EQ(table.rows[2], (std::vector<std::string>{"slide", "-", "it is too short"}));
}

TEST(RatesTable, HasStartPeakAndEndOfEachGroup) {
  const auto run = small_run(4);
  const Table table = rates_table(run);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[1][0], "head");
  EXPECT_EQ(table.rows[1][1], "0.001");
  EXPECT_EQ(table.rows[1][2], "0.101");
  EXPECT_EQ(table.rows[1][3], "16");
}

}  // namespace
}  // namespace onecycle
