#include "onecycle/report/render.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "onecycle/core/error.h"
#include "onecycle/report/plot_kinds.h"
#include "report/gnuplot.h"
#include "report/pty.h"
#include "report/runs.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

class Render : public testing::Test {
 protected:
  [[nodiscard]] std::string drawn(const std::vector<Plot>& plots, const std::string& name) const {
    render(plots, folder_ / name);
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TempFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
};

std::string failure(const std::vector<Plot>& plots, const std::filesystem::path& path) {
  try {
    render(plots, path);
  } catch (const Error& error) {
    return cat(error.exit_code(), ": ", error.what());
  }
  return "no failure";
}

TEST_F(Render, WritesPngAndSvg) {
  const auto plots = run_plots(small_run());
  EXPECT_EQ(drawn(plots, "all.png").substr(1, 3), "PNG");
  const std::string svg = drawn(plots, "all.svg");
  EXPECT_NE(svg.find("<svg"), std::string::npos);
  EXPECT_NE(svg.find("Loss against learning rate"), std::string::npos);
  EXPECT_NE(svg.find("valley 0.004"), std::string::npos);
}

TEST_F(Render, DrawsAnyLabelAsItIs) {
  Plot plot = find_plot(small_find());
  plot.title = "it's \"x_1^2\" {a} `ls` $(ls) \\n \u00e9";
  plot.series[1].label = "'; set output '/dev/null";
  plot.marks[0].label = "EOD\nEOD";
  const std::string svg = drawn({plot}, "hostile.svg");
  EXPECT_NE(svg.find("it's \"x_1^2\" {a} `ls` $(ls) \\n \u00e9"), std::string::npos);
  EXPECT_NE(svg.find("'; set output '/dev/null"), std::string::npos);
  EXPECT_NE(svg.find("EOD EOD"), std::string::npos);
}

TEST_F(Render, SkipsValuesThatCannotBeDrawn) {
  Plot plot = find_plot(small_find());
  const std::string all = drawn({plot}, "all.svg");
  plot.series[1].y[3] = std::numeric_limits<double>::quiet_NaN();
  plot.series[1].y[9] = std::numeric_limits<double>::infinity();
  plot.series[1].x[20] = -1.0;
  EXPECT_NE(drawn({plot}, "gaps.svg"), all);
  for (auto& series : plot.series) {
    series.y.assign(series.y.size(), std::numeric_limits<double>::quiet_NaN());
  }
  plot.marks.clear();
  EXPECT_NE(drawn({plot}, "none.svg").find("no values"), std::string::npos);
}

TEST_F(Render, DrawsASingleValue) {
  const Plot plot{.title = "one", .series = {{"one", {1.0}, {2.0}, SeriesStyle::dots}}};
  EXPECT_EQ(drawn({plot}, "one.png").substr(1, 3), "PNG");
}

TEST_F(Render, LabelsALogarithmicAxisWithoutPowersOfTen) {
  const Plot plot{.title = "narrow",
                  .log_y = true,
                  .y_range = Interval{0.15, 0.9},
                  .series = {{"narrow", {1.0, 2.0, 3.0}, {0.2, 0.5, 0.8}, SeriesStyle::line}}};
  const std::string svg = drawn({plot}, "narrow.svg");
  EXPECT_NE(svg.find(">0.2<"), std::string::npos);
  EXPECT_NE(svg.find(">0.5<"), std::string::npos);
}

TEST_F(Render, RefusesOtherEndings) {
  EXPECT_EQ(failure(run_plots(small_run()), "plot.jpeg"),
            "2: plot.jpeg: expected a picture file ending in .svg or .png, got '.jpeg'; name it "
            "plot.svg or plot.png");
  EXPECT_EQ(failure(run_plots(small_run()), "plot"),
            "2: plot: expected a picture file ending in .svg or .png, got no ending; name it "
            "plot.svg or plot.png");
  EXPECT_EQ(failure({}, "plot.svg"), "2: plot.svg: expected at least one plot, got none");
}

TEST_F(Render, SaysHowToGetGnuplot) {
  const ScopedVariable path("PATH", folder_.c_str());
  EXPECT_EQ(
      failure(run_plots(small_run()), folder_ / "plot.svg"),
      "1: plot: expected the program gnuplot on PATH, got: No such file or directory; install "
      "it (Debian, Ubuntu: apt-get install gnuplot-nox)");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "plot.svg"));
}

TEST(Gnuplot, ReportsWhatGnuplotSays) {
  try {
    run_gnuplot("set term dumb\nplot nonsense\n");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
    EXPECT_NE(std::string(error.what()).find("undefined variable: nonsense"), std::string::npos);
  }
}

TEST(RenderTerminal, NeedsNoGnuplot) {
  const ScopedVariable path("PATH", "");
  const std::string text = render_terminal(run_plots(small_run()), {.unicode = true});
  EXPECT_NE(text.find("Loss against learning rate"), std::string::npos);
  EXPECT_NE(text.find("Momentum"), std::string::npos);
}

}  // namespace
}  // namespace onecycle
