#include "report/text_plot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "onecycle/core/text.h"
#include "onecycle/report/plot_kinds.h"
#include "onecycle/report/table.h"
#include "report/axis.h"
#include "report/canvas.h"
#include "report/runs.h"

namespace onecycle {
namespace {

Plot diagonal() {
  return {.title = "t",
          .x_label = "x",
          .y_label = "y",
          .series = {{"line", {0, 1, 2, 3}, {0, 1, 2, 3}, SeriesStyle::line}}};
}

TEST(Axis, TicksAreRoundAndInside) {
  const Axis axis{{0.03, 0.97}};
  EXPECT_EQ(axis.ticks(5).size(), 4U);
  EXPECT_DOUBLE_EQ(axis.ticks(5).front(), 0.2);
  EXPECT_DOUBLE_EQ(axis.position(0.5), 0.5);
  const Axis decades{{1e-7, 10.0}, true};
  EXPECT_EQ(decades.ticks(9).size(), 9U);
  EXPECT_EQ(tick_label(decades.ticks(9).front(), true), "1e-7");
  EXPECT_NEAR(decades.position(1e-3), 0.5, 1e-12);
}

TEST(Axis, HasRoomForAConstantAndForNothing) {
  Plot plot = diagonal();
  plot.series[0].y = {2, 2, 2, 2};
  EXPECT_LT(y_axis(plot).range.low, 2.0);
  EXPECT_GT(y_axis(plot).range.high, 2.0);
  plot.series.clear();
  EXPECT_LT(y_axis(plot).range.low, y_axis(plot).range.high);
}

TEST(Canvas, PutsEightDotsIntoOneCharacter) {
  Canvas canvas(2, 1);
  for (int x = 0; x < 2; ++x) {
    for (int y = 0; y < 4; ++y) {
      canvas.dot(x, y, 0);
    }
  }
  canvas.dot(2, 0, 0);
  canvas.dot(99, 0, 0);
  canvas.dot(-1, -1, 0);
  EXPECT_EQ(canvas.row(0, {.unicode = true}), "\u28ff\u2801");
  EXPECT_EQ(canvas.row(0, {}), ":'");
}

TEST(Canvas, ShowsFaintDotsOnlyWhereNothingElseIs) {
  Canvas canvas(2, 1);
  canvas.faint_dot(0, 0);
  canvas.faint_dot(2, 0);
  canvas.dot(0, 3, 94);
  EXPECT_EQ(canvas.row(0, {.colour = true, .unicode = true}),
            "\x1b[94m\u2840\x1b[0m\x1b[90m\u2801\x1b[0m");
}

TEST(TextPlot, DrawsADiagonal) {
  EXPECT_EQ(text_plot(diagonal(), {.columns = 40}, 4),
            "      t\n"
            "     |                         ....:'''\n"
            "    2+                ....:''''\n"
            "     |        ....:''''\n"
            "    0+...:''''\n"
            "     ++----------+---------+----------+\n"
            "      0          1         2          3\n"
            "                      x\n");
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (const auto& line : split(text, '\n')) {
    widest = std::max(widest, display_width(line));
  }
  return widest;
}

TEST(TextPlot, FitsItsWidthInEveryTerminal) {
  for (const Plot& plot : run_plots(small_run())) {
    for (int columns = 40; columns <= 160; columns += 13) {
      const auto limit = static_cast<std::size_t>(columns);
      EXPECT_LE(widest_line(text_plot(plot, {.columns = columns}, 12)), limit);
      EXPECT_LE(widest_line(text_plot(plot, {.unicode = true, .columns = columns}, 12)), limit);
    }
    EXPECT_EQ(text_plot(plot, {}, 12).find('\x1b'), std::string::npos);
  }
}

TEST(TextPlot, TellsCurvesApartWithoutColours) {
  const auto plots = schedule_plots(small_run().groups, small_run().values);
  const std::string plain = text_plot(plots[0], {.columns = 60}, 10);
  EXPECT_NE(plain.find("a body   b head"), std::string::npos) << plain;
  const std::string coloured = text_plot(plots[0], {.colour = true, .columns = 60}, 10);
  EXPECT_NE(coloured.find("\x1b["), std::string::npos);
}

TEST(TextPlot, NamesEveryMark) {
  const std::string text = text_plot(find_plot(small_find()), {.unicode = true}, 12);
  EXPECT_NE(text.find("\u25cf valley 0.004"), std::string::npos) << text;
  EXPECT_NE(text.find("\u25c6 steep 0.01"), std::string::npos) << text;
}

TEST(TextPlot, AMarkOnAnotherStandsAboveIt) {
  FindRecord find = small_find();
  find.suggestions = {{"valley", 0.004, ""}, {"slide", 0.00401, ""}};
  const std::string text = text_plot(find_plot(find), {.unicode = true}, 12);
  const std::string picture = text.substr(0, text.find("learning rate\n", text.find('\n')));
  EXPECT_NE(picture.find("\u25cf"), std::string::npos) << text;
  EXPECT_NE(picture.find("\u25c6"), std::string::npos) << text;
}

TEST(TextPlot, DrawsNumbersOfAnySize) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  FindRecord find{.lr = {1e-300, 1e-100, 1.0, 1e100, 1e300},
                  .smoothed = {kLargest, 2.0, -kLargest, 1.0, kLargest}};
  EXPECT_NE(text_plot(find_plot(find), {}, 12).find("1e300"), std::string::npos);
  // Steps too small to be counted: 1 and its neighbour.
  find.smoothed = {1.0, std::nextafter(1.0, 2.0), 1.0, 1.0, 1.0};
  EXPECT_FALSE(text_plot(find_plot(find), {}, 12).empty());
  find.smoothed = {3e-324, 0.0, 1e-320, 0.0, 0.0};
  EXPECT_FALSE(text_plot(find_plot(find), {}, 12).empty());
}

TEST(TextPlot, SkipsValuesThatAreNotFinite) {
  Plot plot = diagonal();
  plot.series[0].y = {0, std::numeric_limits<double>::quiet_NaN(), 2,
                      std::numeric_limits<double>::infinity()};
  const std::string text = text_plot(plot, {}, 6);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_EQ(text.find("inf"), std::string::npos);
  plot.series[0].y.assign(4, std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(text_plot(plot, {}, 6).empty());
}

}  // namespace
}  // namespace onecycle
