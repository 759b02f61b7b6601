#include "onecycle/report/html.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/runs.h"

namespace onecycle {
namespace {

using Json = nlohmann::json;

constexpr const char* kDataStart = R"(<script type="application/json" id="data">)";

std::string between(const std::string& text, const std::string& start, const std::string& end) {
  const auto from = text.find(start) + start.size();
  return text.substr(from, text.find(end, from) - from);
}

Json data_of(const std::string& page) {
  return Json::parse(between(page, kDataStart, "</script>"));
}

std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t found = 0;
  for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) {
    ++found;
  }
  return found;
}

TEST(ReportHtml, HoldsTheNumbersAsTheyWere) {
  auto run = small_run();
  run.iterations[3].loss = 0.1 + 0.2;
  run.iterations[4].loss = std::numeric_limits<double>::quiet_NaN();
  run.iterations[5].loss = std::numeric_limits<double>::infinity();
  const Json plots = data_of(report_html(run))["plots"];
  ASSERT_EQ(plots.size(), 5U);
  Json losses = Json::array();
  for (const auto& record : run.iterations) {
    losses.push_back(std::isfinite(record.loss) ? Json(record.loss) : Json());
  }
  EXPECT_EQ(plots[3]["series"][0]["y"], losses);
  EXPECT_TRUE(plots[3]["series"][0]["y"][5].is_null());
  EXPECT_EQ(plots[0]["marks"][0]["x"], 0.004);
}

TEST(ReportHtml, HasACanvasWithANameForEveryPlot) {
  const std::string page = report_html(small_run());
  EXPECT_EQ(count(page, "<canvas "), 5U);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(count(page, "data-plot=\"" + std::to_string(i) + "\" aria-label=\""), 1U);
  }
}

TEST(ReportHtml, IsSafeFromAnyText) {
  const std::string hostile = "</script><script>alert(1)</script>\"'&<!--{{data}}\xff\u2028";
  auto run = small_run();
  run.name = hostile;
  run.groups[0] = run.metrics[0] = hostile;
  run.find->suggestions[0].rule = run.find->suggestions[2].why = run.find->stopped = hostile;
  run.settings.push_back({hostile, hostile});
  run.environment.push_back({hostile, hostile});
  const std::string page = report_html(run);
  EXPECT_EQ(count(page, "<script"), 3U);
  EXPECT_EQ(count(page, "</script"), 3U);
  EXPECT_EQ(count(page, "alert(1)</script>"), 0U);
  EXPECT_EQ(count(page, "<!--"), 0U);
  EXPECT_EQ(count(page, kDataStart), 1U);
  EXPECT_EQ(count(page, "\xff"), 0U);
  EXPECT_NE(page.find("&#39;&amp;&lt;!--{{data}}\ufffd\u2028</h1>"), std::string::npos);
  const std::string label = data_of(page)["plots"][1]["series"][0]["label"];
  EXPECT_EQ(label, "</script><script>alert(1)</script>\"'&<!--{{data}}\ufffd\u2028");
}

TEST(ReportHtml, FetchesNothing) {
  const std::string page = report_html(small_run());
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  for (const char* piece : {" src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
    EXPECT_EQ(page.find(piece), std::string::npos) << piece;
  }
}

TEST(ReportHtml, StressesTheBestEpochAndSaysSo) {
  const std::string page = report_html(small_run(4));
  EXPECT_EQ(count(page, "<tr class=\"best\">"), 1U);
  EXPECT_NE(page.find("<tr class=\"best\"><th scope=\"row\">3</th>"), std::string::npos);
  EXPECT_NE(page.find("the lowest validation loss, after epoch 3, stands out"), std::string::npos);
}

TEST(ReportHtml, WorksForAnEmptyRun) {
  const std::string page = report_html(onecycle::Run{});
  EXPECT_NE(page.find("No training was recorded."), std::string::npos);
  EXPECT_TRUE(data_of(page)["plots"].empty());
}

TEST(ReportHtml, StaysUnderAMegabyteWithAllExtremes) {
  for (const int groups : {1, 3, 30}) {
    auto run = small_run(12'500);
    run.groups.assign(static_cast<std::size_t>(groups), "group");
    run.values.clear();
    for (std::size_t i = 0; i < run.iterations.size() * run.groups.size(); ++i) {
      run.values.push_back({std::sin(1e-4 * static_cast<double>(i)), 1.0 / 3.0, 0.01});
    }
    run.iterations[77'777].loss = 99.0;
    const std::string page = report_html(run);
    EXPECT_LT(page.size(), 1'000'000U) << groups << " groups";
    const auto losses = data_of(page)["plots"][3]["series"][0]["y"];
    EXPECT_NE(std::find(losses.begin(), losses.end(), Json(99.0)), losses.end());
  }
}

}  // namespace
}  // namespace onecycle
