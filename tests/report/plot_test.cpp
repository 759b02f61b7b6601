#include "onecycle/report/plot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "report/runs.h"

namespace onecycle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(FindPlot, ShowsRawAndSmoothedOverALogarithmicRate) {
  const FindRecord find = small_find();
  const Plot plot = find_plot(find);
  EXPECT_TRUE(plot.log_x);
  EXPECT_FALSE(plot.log_y);
  ASSERT_EQ(plot.series.size(), 2U);
  EXPECT_EQ(plot.series[0].style, SeriesStyle::raw);
  EXPECT_EQ(plot.series[0].y, find.loss);
  EXPECT_EQ(plot.series[1].x, find.lr);
  EXPECT_EQ(plot.series[1].y, find.smoothed);
}

TEST(FindPlot, MarksEverySuggestionThatHasARateOnTheSmoothedCurve) {
  const FindRecord find = small_find();
  const Plot plot = find_plot(find);
  ASSERT_EQ(plot.marks.size(), 2U);
  EXPECT_EQ(plot.marks[0].label, "valley 0.004");
  for (const Mark& mark : plot.marks) {
    const auto above = std::lower_bound(find.lr.begin(), find.lr.end(), mark.x) - find.lr.begin();
    const auto [low, high] = std::minmax(find.smoothed[static_cast<std::size_t>(above)],
                                         find.smoothed[static_cast<std::size_t>(above) - 1]);
    EXPECT_GE(mark.y, low - 1e-12);
    EXPECT_LE(mark.y, high + 1e-12);
  }
}

TEST(FindPlot, OneMarkNamesAllRulesThatSuggestItsRate) {
  FindRecord find = small_find();
  find.suggestions = {{"fastai1", 0.01, ""}, {"valley", 0.004, ""}, {"torch_lr_finder", 0.01, ""}};
  const Plot plot = find_plot(find);
  ASSERT_EQ(plot.marks.size(), 2U);
  EXPECT_EQ(plot.marks[0].label, "fastai1, torch_lr_finder 0.01");
}

TEST(FindPlot, DrawsOneCurveWhereTheRawLossesAreUnknown) {
  FindRecord find = small_find();
  find.loss.clear();
  const Plot plot = find_plot(find);
  ASSERT_EQ(plot.series.size(), 1U);
  EXPECT_EQ(plot.series[0].label, "loss");
  EXPECT_EQ(plot.series[0].y, find.smoothed);
  EXPECT_EQ(plot.marks.size(), 2U);
}

TEST(FindPlot, KeepsTheDescentLargeWhenTheLossExplodes) {
  FindRecord find = small_find();
  find.smoothed.back() = 1e6;
  const Plot plot = find_plot(find);
  const double lowest = *std::min_element(find.smoothed.begin(), find.smoothed.end());
  const double descent = find.smoothed.front() - lowest;
  ASSERT_TRUE(plot.y_range);
  EXPECT_LT(plot.y_range->low, lowest);
  EXPECT_GT(plot.y_range->high, find.smoothed.front());
  EXPECT_GT(descent, 0.5 * (plot.y_range->high - plot.y_range->low));
}

TEST(FindPlot, WorksForNegativeLosses) {
  FindRecord find = small_find();
  for (std::size_t i = 0; i < find.loss.size(); ++i) {
    find.loss[i] -= 100.0;
    find.smoothed[i] -= 100.0;
  }
  const Plot plot = find_plot(find);
  const Plot positive = find_plot(small_find());
  ASSERT_TRUE(plot.y_range && positive.y_range);
  EXPECT_NEAR(plot.y_range->low, positive.y_range->low - 100.0, 1e-9);
  EXPECT_NEAR(plot.y_range->high, positive.y_range->high - 100.0, 1e-9);
}

TEST(FindPlot, ShowsEverythingOfALossThatOnlyRises) {
  FindRecord find = small_find();
  std::sort(find.smoothed.begin(), find.smoothed.end());
  EXPECT_FALSE(find_plot(find).y_range);
}

TEST(FindPlot, BearsLossesThatAreNotFinite) {
  FindRecord find = small_find();
  find.loss.back() = find.smoothed.back() = kNan;
  EXPECT_TRUE(find_plot(find).y_range);
  std::fill(find.smoothed.begin(), find.smoothed.end(), kNan);
  EXPECT_FALSE(find_plot(find).y_range);
}

TEST(SchedulePlots, DrawEachGroupsRate) {
  const auto run = small_run();
  const auto plots = schedule_plots(run.groups, run.values);
  ASSERT_EQ(plots.size(), 2U);
  EXPECT_EQ(plots[0].title, "Learning rate");
  ASSERT_EQ(plots[0].series.size(), 2U);
  EXPECT_EQ(plots[0].series[1].label, "head");
  Series head{"head", {}, {}, SeriesStyle::line};
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    head.x.push_back(static_cast<double>(i));
    head.y.push_back(run.at(i, 1).lr);
  }
  EXPECT_EQ(plots[0].series[1].x, head.x);
  EXPECT_EQ(plots[0].series[1].y, head.y);
}

TEST(SchedulePlots, DrawOneCurveWhereTheGroupsAgree) {
  const auto run = small_run();
  const auto plots = schedule_plots(run.groups, run.values);
  EXPECT_EQ(plots[1].title, "Momentum");
  ASSERT_EQ(plots[1].series.size(), 1U);
  EXPECT_EQ(plots[1].series[0].label, "all groups");
}

TEST(SchedulePlots, LeaveOutAbsentMomentumAndShowMovingDecay) {
  std::vector<GroupValues> values = {{0.1, 0.0, 0.01}, {0.2, 0.0, 0.02}};
  const auto plots = schedule_plots({"all"}, values);
  ASSERT_EQ(plots.size(), 2U);
  EXPECT_EQ(plots[1].title, "Weight decay");
  values[1].weight_decay = 0.01;
  EXPECT_EQ(schedule_plots({"all"}, values).size(), 1U);
  EXPECT_TRUE(schedule_plots({"all"}, {}).empty());
}

TEST(LossPlot, PutsValidationWhereItsEpochEnds) {
  const auto run = small_run(4);
  const Plot plot = loss_plot(run);
  ASSERT_EQ(plot.series.size(), 3U);
  EXPECT_EQ(plot.series[2].label, "validation");
  EXPECT_EQ(plot.series[2].x, (std::vector<double>{7, 15, 23, 31}));
  EXPECT_EQ(plot.series[2].style, SeriesStyle::dots);
}

TEST(LossPlot, IsLogarithmicOnlyForPositiveLossesOverDecades) {
  auto run = small_run(4);
  EXPECT_FALSE(loss_plot(run).log_y);
  run.epochs.back().valid_loss = 0.001;
  EXPECT_TRUE(loss_plot(run).log_y);
  run.epochs.front().valid_loss = -0.001;
  EXPECT_FALSE(loss_plot(run).log_y);
}

TEST(LossPlot, IsNotSquashedByOneWildBatch) {
  auto run = small_run(100);
  run.iterations[5].loss = 1e9;
  const Plot plot = loss_plot(run);
  ASSERT_TRUE(plot.y_range);
  EXPECT_LT(plot.y_range->high, 3.0);
}

TEST(MetricsPlot, CountsEpochsFromOneAndLeavesGapsForMissingValues) {
  auto run = small_run(3);
  run.epochs[1].metrics.clear();
  const Plot plot = metrics_plot(run);
  ASSERT_EQ(plot.series.size(), 1U);
  EXPECT_EQ(plot.series[0].x, (std::vector<double>{1, 2, 3}));
  EXPECT_TRUE(std::isnan(plot.series[0].y[1]));
}

}  // namespace
}  // namespace onecycle
