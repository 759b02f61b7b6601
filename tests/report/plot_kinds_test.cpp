#include "onecycle/report/plot_kinds.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "onecycle/core/error.h"
#include "report/runs.h"
#include "support/message.h"

namespace onecycle {
namespace {

std::vector<std::string> titles(const std::vector<Plot>& plots) {
  std::vector<std::string> titles;
  for (const Plot& plot : plots) {
    titles.push_back(plot.title);
  }
  return titles;
}

std::array<onecycle::Run, 2> two_runs() {
  std::array<onecycle::Run, 2> runs{small_run(4), small_run(6)};
  runs[0].name = "first";
  runs[1].name = "second";
  runs[1].metrics = {"accuracy", "top 5"};
  for (EpochRecord& epoch : runs[1].epochs) {
    epoch.metrics.push_back(0.99);
  }
  return runs;
}

TEST(RunPlots, HoldWhatTheRunHas) {
  EXPECT_EQ(run_plots(small_run()).size(), 5U);
  EXPECT_TRUE(run_plots(onecycle::Run{}).empty());
}

TEST(RunPlots, ShowTheNormOfTheGradientWhereItWasMeasured) {
  auto run = small_run();
  run.iterations[3].grad_norm = 0.5;
  run.iterations[4].grad_norm = 1.5;
  const auto plot = gradient_plot(run);
  ASSERT_TRUE(plot);
  EXPECT_EQ(plot->series[0].y[3], 0.5);
  EXPECT_TRUE(std::isnan(plot->series[0].y[5]));
  EXPECT_EQ(run_plots(run).size(), 6U);
}

TEST(ComparisonPlots, DrawOneCurveARunUnderItsName) {
  const auto runs = two_runs();
  const auto plots = comparison_plots(runs);
  EXPECT_EQ(titles(plots), (std::vector<std::string>{
                               "Loss against learning rate", "Learning rate", "Momentum",
                               "Validation loss", "Training loss, smoothed", "accuracy", "top 5"}));
  for (const Plot& plot : plots) {
    EXPECT_EQ(plot.series.size(), plot.title == "top 5" ? 1U : 2U) << plot.title;
    EXPECT_EQ(plot.series.back().label, "second") << plot.title;
  }
  EXPECT_EQ(plots[3].series[0].y, loss_plot(runs[0]).series.back().y);
  EXPECT_EQ(plots[1].series[0].y, schedule_plots(runs[0].groups, runs[0].values)[0].series[1].y);
}

TEST(ComparisonPlots, LeaveOutRunsWithoutSuchData) {
  auto runs = two_runs();
  runs[0] = onecycle::Run{.name = "empty"};
  for (const Plot& plot : comparison_plots(runs)) {
    ASSERT_EQ(plot.series.size(), 1U) << plot.title;
    EXPECT_EQ(plot.series[0].label, "second");
  }
  runs[1] = onecycle::Run{.name = "empty, too"};
  EXPECT_TRUE(comparison_plots(runs).empty());
  EXPECT_TRUE(comparison_plots({}).empty());
}

TEST(ParsePlotKinds, TakesNamesInTheOrderGiven) {
  const auto kinds = parse_plot_kinds("loss, find");
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].name, "loss");
  EXPECT_EQ(kinds[1].name, "find");
  EXPECT_EQ(parse_plot_kinds("all").size(), plot_kinds().size());
}

TEST(ParsePlotKinds, NamesWhatThereIs) {
  EXPECT_EQ(
      message_of(ErrorKind::usage, [] { (void)parse_plot_kinds("loss,metric"); }),
      "expected plots of all, find, lr, momentum, weight_decay, loss, grad_norm, metrics, got "
      "'metric'; did you mean 'metrics'?");
}

}  // namespace
}  // namespace onecycle
