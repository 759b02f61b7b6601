// What a classifier gets wrong, in the report.

#include <gtest/gtest.h>

#include "core/base64.h"
#include "onecycle/report/html.h"
#include "onecycle/report/summary.h"
#include "report/bitmap.h"
#include "report/runs.h"

namespace onecycle {
namespace {

PredictionsRecord example() {
  return {.weights = "best",
          .classes = {"cat", "<dog>"},
          .confusion = {3, 1, 0, 2},
          .worst = {{.example = 7,
                     .target = 0,
                     .predicted = 1,
                     .probability = 0.9,
                     .target_probability = 0.1,
                     .picture = Picture{.width = 1, .height = 2, .rgb = {1, 2, 3, 4, 5, 6}}}}};
}

TEST(ConfusionTable, HasARowAndAColumnAClass) {
  const Table table = confusion_table(example());
  EXPECT_EQ(table.header, (std::vector<std::string>{"class, taken for:", "cat", "<dog>"}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"cat", "3", "1"}));
  EXPECT_EQ(table.rows[1], (std::vector<std::string>{"<dog>", "0", "2"}));
}

TEST(ConfusionTable, OfManyClassesNamesTheMostFrequentConfusions) {
  PredictionsRecord many;
  for (int i = 0; i < 30; ++i) {
    many.classes.push_back("c" + std::to_string(i));
  }
  many.confusion.assign(900, 0);
  many.confusion[31] = 99;  // right
  many.confusion[5] = 2;
  many.confusion[30 * 7 + 3] = 4;
  const Table table = confusion_table(many);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"c7", "c3", "4"}));
  EXPECT_EQ(table.rows[1], (std::vector<std::string>{"c0", "c5", "2"}));
}

TEST(BitmapAddress, IsABmpFromTheBottomUpBlueFirst) {
  const std::string address = bitmap_address(*example().worst[0].picture);
  const std::string head = "data:image/bmp;base64,";
  ASSERT_EQ(address.substr(0, head.size()), head);
  const auto file = from_base64(address.substr(head.size()));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->size(), 54U + 8U);
  EXPECT_EQ((*file)[0], 'B');
  EXPECT_EQ((*file)[2], 62);  // its size
  EXPECT_EQ(std::vector<std::uint8_t>(file->begin() + 54, file->end()),
            (std::vector<std::uint8_t>{6, 5, 4, 0, 3, 2, 1, 0}));
}

TEST(ReportHtml, ShowsWhatTheModelGetsWrong) {
  auto run = small_run();
  EXPECT_EQ(report_html(run).find("What it gets wrong"), std::string::npos);
  run.predictions = example();
  const std::string page = report_html(run);
  EXPECT_NE(page.find("Confusion matrix"), std::string::npos);
  EXPECT_NE(page.find("cat taken for &lt;dog&gt;"), std::string::npos);
  EXPECT_EQ(page.find("<dog>"), std::string::npos);
  run.predictions->worst.clear();
  EXPECT_EQ(report_html(run).find("class=\"mistakes\""), std::string::npos);
}

}  // namespace
}  // namespace onecycle
