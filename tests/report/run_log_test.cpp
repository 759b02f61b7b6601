#include "onecycle/report/run_log.h"

#include <gtest/gtest.h>

#include "onecycle/core/files.h"
#include "report/runs.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

TEST(RunLog, EachKnownNameMakesALogInTheFolderOfTheRun) {
  const TempFolder folder;
  for (const auto& name : log_names()) {
    make_log(name, folder.path())->update(small_run(1));
  }
  EXPECT_TRUE(read_file(folder.path() / "epochs.csv").starts_with("epoch,iterations,"));
  EXPECT_TRUE(read_file(folder.path() / "log.jsonl").starts_with(R"({"event":"begin")"));
  std::size_t events = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() / "tensorboard")) {
    events += entry.path().filename().native().starts_with("events.out.tfevents.") ? 1 : 0;
  }
  EXPECT_EQ(events, 1U);
}

TEST(RunLog, AnUnknownNameIsRefusedWithTheNearest) {
  const TempFolder folder;
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { make_log("tensorbord", folder.path()); }),
            "unknown log 'tensorbord'; did you mean 'tensorboard'?");
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { make_log("wandb", folder.path()); }),
            "unknown log 'wandb'; known: csv, jsonl, tensorboard");
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace onecycle
