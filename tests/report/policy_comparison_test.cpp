#include "onecycle/report/policy_comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "onecycle/core/error.h"
#include "support/message.h"

namespace onecycle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A run of epochs of 10 iterations and 2 s, with these accuracies; the loss is 1 - accuracy.
onecycle::Run run_of(const std::vector<double>& accuracies, double lr = 0.1) {
  onecycle::Run run{.name = "run", .groups = {"all"}, .metrics = {"accuracy"}, .end = "completed"};
  for (std::size_t e = 0; e < accuracies.size(); ++e) {
    const auto epoch = static_cast<std::int64_t>(e);
    run.epochs.push_back({epoch, 10 * (epoch + 1), 0.5, 1 - accuracies[e], {accuracies[e]}, 2.0});
    for (std::int64_t i = 0; i < 10; ++i) {
      run.iterations.push_back({10 * epoch + i, epoch, 1, 8, 0.5, 0.5});
      run.values.push_back({lr, 0.9, 0.0});
    }
  }
  return run;
}

onecycle::Run diverged_run() {
  onecycle::Run run = run_of({0.9});
  run.end = "diverged";
  return run;
}

std::vector<PolicyRuns> three_policies() {
  return {{"one", {run_of({0.5, 0.9}), run_of({0.6, 0.92}), run_of({0.7, 0.95})}},
          {"two", {run_of({0.8, 0.85}), run_of({0.7, 0.8}), run_of({0.9, 0.91})}},
          {"three", {run_of({0.2, 0.3}), run_of({0.1, 0.4}), run_of({0.3, 0.35})}}};
}

const PolicyCriterion kAccuracy{.metric = "accuracy", .higher_is_better = true};

TEST(SpreadOf, IsMedianAndRange) {
  EXPECT_FALSE(spread_of({}));
  const auto odd = spread_of({3.0, 1.0, 2.0});
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->median, 2.0);
  EXPECT_EQ(odd->low, 1.0);
  EXPECT_EQ(odd->high, 3.0);
  EXPECT_EQ(spread_of({4.0, 1.0, 2.0, 3.0})->median, 2.5);
  EXPECT_EQ(spread_of({kInfinity, kInfinity})->median, kInfinity);
}

TEST(ComparePolicies, TheBestMedianWins) {
  const PolicyComparison comparison = compare_policies(three_policies(), kAccuracy);
  ASSERT_EQ(comparison.results.size(), 3U);
  EXPECT_EQ(comparison.results[comparison.winner].policy, "one");
  EXPECT_EQ(comparison.results[0].metrics[0].median, 0.92);
  EXPECT_EQ(comparison.results[1].metrics[0].low, 0.8);
  EXPECT_EQ(comparison.results[1].metrics[0].high, 0.91);
  EXPECT_EQ(comparison.results[2].highest_lr, 0.1);
  EXPECT_EQ(comparison.results[0].seconds->median, 4.0);
}

TEST(ComparePolicies, OnlyRangesThatDoNotMeetAreMoreThanTheSpread) {
  const PolicyComparison comparison = compare_policies(three_policies(), kAccuracy);
  EXPECT_EQ(comparison.results[0].standing, Standing::winner);
  EXPECT_EQ(comparison.results[1].standing, Standing::level);  // 0.91 is more than 0.9
  EXPECT_EQ(comparison.results[2].standing, Standing::behind);
  EXPECT_EQ(describe(comparison),
            "Best median of accuracy at the end: one. Every run of it is better than every run of "
            "three. Within the spread of the seeds, so perhaps as good: two.");
}

TEST(ComparePolicies, TheTargetIsWhatThePolicyThatEndsWorstReaches) {
  const PolicyComparison comparison = compare_policies(three_policies(), kAccuracy);
  EXPECT_EQ(comparison.criterion.target, 0.35);
  EXPECT_EQ(comparison.results[0].iterations->median, 10.0);
  EXPECT_EQ(comparison.results[2].iterations->median, 20.0);
  EXPECT_EQ(comparison.results[2].iterations->high, kInfinity);  // 0.3 at most
  EXPECT_EQ(comparison.results[2].reach_seconds->median, 4.0);
}

TEST(ComparePolicies, TheTargetMayBeGiven) {
  PolicyCriterion criterion = kAccuracy;
  criterion.target = 0.9;
  const PolicyComparison comparison = compare_policies(three_policies(), criterion);
  EXPECT_EQ(comparison.results[0].iterations->median, 20.0);
  EXPECT_EQ(comparison.results[1].iterations->low, 10.0);
  EXPECT_EQ(comparison.results[1].iterations->median, kInfinity);
  const Table table = policies_table(comparison);
  EXPECT_EQ(table.header[4], "iterations to accuracy >= 0.9");
  EXPECT_EQ(table.rows[1][4], "never [10, never]");
  EXPECT_EQ(table.rows[2][4], "never");
}

TEST(ComparePolicies, ByLossLowerIsBetter) {
  const PolicyComparison comparison = compare_policies(three_policies());
  EXPECT_EQ(comparison.results[comparison.winner].policy, "one");
  EXPECT_NEAR(*comparison.criterion.target, 0.65, 1e-12);
  EXPECT_NEAR(comparison.results[0].loss->median, 0.08, 1e-12);
}

TEST(ComparePolicies, OfEqualsTheLowestLossWins) {
  std::vector<PolicyRuns> all{{"a", {run_of({0.9})}}, {"b", {run_of({0.9})}}};
  EXPECT_EQ(compare_policies(all, kAccuracy).winner, 0U);
  all[1].runs[0].epochs[0].valid_loss = 0.05;
  EXPECT_EQ(compare_policies(all, kAccuracy).winner, 1U);
}

TEST(ComparePolicies, ADivergedRunIsTheWorst) {
  auto all = three_policies();
  all[0].runs[0] = diverged_run();
  all[0].runs[1] = diverged_run();
  const PolicyComparison comparison = compare_policies(all, kAccuracy);
  EXPECT_EQ(comparison.results[comparison.winner].policy, "two");
  EXPECT_EQ(comparison.results[0].diverged, 2U);
  EXPECT_EQ(comparison.results[0].loss->median, kInfinity);
  EXPECT_EQ(comparison.results[0].standing, Standing::level);  // one of its runs is as good
  EXPECT_EQ(comparison.criterion.target, 0.35);
  EXPECT_NE(policies_table(comparison).rows[0].back().find("2 of 3 diverged"), std::string::npos);
}

TEST(ComparePolicies, OneSeedProvesNothing) {
  const std::vector<PolicyRuns> all{{"a", {run_of({0.9})}}, {"b", {run_of({0.1})}}};
  EXPECT_EQ(describe(compare_policies(all, kAccuracy)),
            "Best median of accuracy at the end: a. One seed each: how far seeds lie apart is not "
            "known, so this may be chance.");
}

TEST(ComparePolicies, RefusesWhatCannotBeCompared) {
  EXPECT_EQ(message_of(ErrorKind::usage, [] { (void)compare_policies({}); }),
            "expected at least one run of each policy, got none");
  EXPECT_EQ(message_of(ErrorKind::usage,
                       [] { (void)compare_policies(three_policies(), {.metric = "auc"}); }),
            "expected loss or a metric of the runs (accuracy), got 'auc'");
}

TEST(PolicyRunsTable, HasEveryDigitOfEveryRun) {
  const auto all = three_policies();
  const Table table = policy_runs_table(all, compare_policies(all, kAccuracy));
  EXPECT_EQ(table.rows.size(), 9U);
  EXPECT_EQ(table.header,
            (std::vector<std::string>{"policy", "run", "end", "highest_lr", "epochs", "iterations",
                                      "train_loss", "valid_loss", "accuracy",
                                      "iterations_to_target", "seconds_to_target", "seconds"}));
  EXPECT_EQ(table.rows[0],
            (std::vector<std::string>{"one", "run", "completed", "0.1", "2", "20", "0.5",
                                      "0.09999999999999998", "0.9", "10", "2", "4"}));
  EXPECT_EQ(table.rows[6][9], "");
}

TEST(PolicyPlots, DrawMedianAndRangeAgainstIterations) {
  const auto plots = policy_plots(three_policies());
  ASSERT_EQ(plots.size(), 3U);
  EXPECT_EQ(plots[0].title, "Validation loss");
  EXPECT_EQ(plots[1].title, "accuracy");
  EXPECT_EQ(plots[2].title, "Learning rate");
  const Series& one = plots[1].series[0];
  EXPECT_EQ(one.label, "one");
  EXPECT_EQ(one.x, (std::vector<double>{10, 20}));
  EXPECT_EQ(one.y, (std::vector<double>{0.6, 0.92}));
  EXPECT_EQ(one.low, (std::vector<double>{0.5, 0.9}));
  EXPECT_EQ(one.high, (std::vector<double>{0.7, 0.95}));
}

TEST(PolicyPlots, ARunThatEndedEarlierLeavesTheRestToTheOthers) {
  auto all = three_policies();
  all[0].runs[0] = diverged_run();
  const auto plots = policy_plots(all);
  EXPECT_EQ(plots[1].series[0].y.back(), (0.92 + 0.95) / 2);
}

TEST(PolicyPage, HoldsTheTableAndIsSafe) {
  auto all = three_policies();
  all[2].policy = "<b>three</b>";
  const std::string page =
      policy_comparison_html(all, compare_policies(all, kAccuracy), {{"seeds", "3"}});
  EXPECT_NE(page.find("Best median of accuracy"), std::string::npos);
  EXPECT_EQ(page.find("<b>three"), std::string::npos);
  EXPECT_NE(page.find("0.9200 [0.9000, 0.9500]"), std::string::npos);
}

}  // namespace
}  // namespace onecycle
