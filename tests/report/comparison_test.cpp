#include "onecycle/report/comparison.h"

#include <gtest/gtest.h>

#include <array>

#include "report/runs.h"

namespace onecycle {
namespace {

std::array<onecycle::Run, 2> two_runs() {
  std::array<onecycle::Run, 2> runs{small_run(4), small_run(6)};
  runs[0].name = "first";
  runs[1].name = "second";
  runs[0].end = "completed";
  runs[0].settings = {{"data", "digits"}, {"policy", "one_cycle"}, {"seed", "0"}};
  runs[1].settings = {{"data", "digits"}, {"policy", "cosine"}, {"seed", "0"}, {"momentum", "0.9"}};
  return runs;
}

TEST(RunsTable, ShowsEachRunAtItsBestAndAtItsEnd) {
  const auto runs = two_runs();
  const Table table = runs_table(runs);
  EXPECT_EQ(table.header,
            (std::vector<std::string>{"run", "epochs", "iterations", "time", "highest rate",
                                      "best valid loss", "at epoch", "last valid loss",
                                      "accuracy then", "last accuracy", "end"}));
  ASSERT_EQ(table.rows.size(), 2U);
  // Validation losses 1.5, 1.4, 1.3, 1.45; accuracies 0.5, 0.6, 0.7, 0.8.
  EXPECT_EQ(table.rows[0],
            (std::vector<std::string>{"first", "4", "32", "2.00 s", "0.101", "1.3000", "3",
                                      "1.4500", "0.7000", "0.8000", "completed"}));
  EXPECT_EQ(table.rows[1].back(), "-");
}

TEST(RunsTable, HasNothingToSayOfAnEmptyRun) {
  const std::array runs{onecycle::Run{.name = "empty"}};
  EXPECT_EQ(runs_table(runs).rows.front(),
            (std::vector<std::string>{"empty", "0", "0", "0.00 s", "-", "-", "-", "-", "-"}));
}

TEST(DifferencesTable, HoldsOnlyWhatDiffers) {
  const auto runs = two_runs();
  const Table table = differences_table(runs);
  EXPECT_EQ(table.header, (std::vector<std::string>{"setting", "first", "second"}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"policy", "one_cycle", "cosine"}));
  EXPECT_EQ(table.rows[1], (std::vector<std::string>{"momentum", "-", "0.9"}));
}

TEST(Comparison, NamesTheBestRunOnTheSameData) {
  auto runs = two_runs();
  EXPECT_EQ(describe(std::span<const onecycle::Run>(runs)),
            "The lowest validation loss of 2 runs is that of second, after epoch 5: 1.1000.");
  runs[1].settings[0].value = "other.csv";
  EXPECT_EQ(describe(std::span<const onecycle::Run>(runs)), "");
}

TEST(Comparison, PageIsSafeWhateverTheNames) {
  auto runs = two_runs();
  runs[0].name = "<script>alert(1)</script>";
  runs[1].settings[1].value = "</script><b>";
  const std::string page = comparison_html(runs);
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("</script><b>"), std::string::npos);
  EXPECT_NE(page.find("<tr class=\"best\"><th scope=\"row\" class=\"text short\">second"),
            std::string::npos);
  EXPECT_LT(page.size(), 1'000'000U);
}

TEST(Comparison, PageOfManyLongRunsStaysSmall) {
  std::vector<onecycle::Run> runs;
  for (int i = 0; i < 10; ++i) {
    runs.push_back(small_run(1250));  // 10,000 iterations
    runs.back().name = "run " + std::to_string(i);
  }
  EXPECT_LT(comparison_html(runs).size(), 1'500'000U);
}

}  // namespace
}  // namespace onecycle
