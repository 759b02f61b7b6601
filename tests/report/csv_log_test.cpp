#include "onecycle/report/csv_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/record/run_files.h"
#include "report/run_stages.h"
#include "report/runs.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

class CsvLogTest : public testing::Test {
 protected:
  /// What `write_run` makes of `run`, table after table.
  [[nodiscard]] std::string at_the_end(const onecycle::Run& run) const {
    const TempFolder folder;
    write_run(folder.path(), run);
    return read_file(folder.path() / "iterations.csv") + read_file(folder.path() / "epochs.csv");
  }
  [[nodiscard]] std::string logged() const {
    return read_file(folder_.path() / "iterations.csv") + read_file(folder_.path() / "epochs.csv");
  }

  const TempFolder folder_;
};

TEST_F(CsvLogTest, IsAtEachMomentWhatARunThatEndedThereWrites) {
  auto run = small_run(3);
  run.iterations[2].grad_norm = 0.25;
  CsvLog log(folder_.path());
  for (const onecycle::Run& stage : stages_of(run)) {
    log.update(stage);
    if (!stage.epochs.empty()) {
      EXPECT_EQ(logged(), at_the_end(stage)) << stage.iterations.size();
    }
  }
  EXPECT_EQ(logged(), at_the_end(run));
}

TEST_F(CsvLogTest, IsWrittenAnewWhereTheRunWentBack) {
  const auto run = small_run(3);
  CsvLog log(folder_.path());
  log.update(run);
  log.update(other_from(run, 9));
  EXPECT_EQ(logged(), at_the_end(other_from(run, 9)));
}

TEST_F(CsvLogTest, IsWholeAgainOnceItsFilesCanBeWrittenAnew) {
  const auto run = small_run(3);
  const auto other = other_from(run, 9);
  const std::filesystem::path path = folder_.path() / "iterations.csv";
  CsvLog log(folder_.path());
  log.update(run);
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_THROW(log.update(other), Error);
  EXPECT_THROW(log.update(other), Error);
  std::filesystem::remove(path);
  log.update(other);
  EXPECT_EQ(logged(), at_the_end(other));
}

TEST_F(CsvLogTest, NamesTheFileThatCannotBeWritten) {
  CsvLog log(folder_.path() / "no");
  EXPECT_TRUE(message_of(ErrorKind::usage, [&] {
                log.update(small_run(1));
              }).starts_with((folder_.path() / "no" / "iterations.csv").native() + ": "));
}

}  // namespace
}  // namespace onecycle
