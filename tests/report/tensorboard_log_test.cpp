#include "onecycle/report/tensorboard_log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onecycle/core/files.h"
#include "report/run_stages.h"
#include "report/runs.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

const TensorBoardOptions kFixed{.clock = [] { return 12345.5; }};

TEST(TensorBoardLog, BeginsWithTheVersion) {
  const TempFolder folder;
  const TensorBoardLog log(folder.path(), kFixed);
  EXPECT_EQ(log.path(), folder.path() / "events.out.tfevents.0000012345.onecycle");
  const std::string bytes = read_file(log.path());
  // 8 + 4 bytes before the data, 4 after it; the data are the time, step 0 and the version.
  ASSERT_EQ(bytes.size(), 8U + 4U + 26U + 4U);
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x1A\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(bytes.substr(12, 13), std::string("\x09\0\0\0\0\xC0\x1C\xC8\x40\x10\0\x1A\x0D", 13));
  EXPECT_EQ(bytes.substr(25, 13), "brain.Event:2");
}

TEST(TensorBoardLog, InPiecesIsThatOfOneGo) {
  const TempFolder folder;
  const auto run = small_run(3);
  TensorBoardLog one(folder.path() / "one", kFixed);
  one.update(run);
  const std::string whole = read_file(one.path());
  TensorBoardLog log(folder.path() / "pieces", kFixed);
  for (const auto& stage : stages_of(run)) {
    log.update(stage);
    const std::string now = read_file(log.path());
    EXPECT_EQ(now, whole.substr(0, now.size()));
  }
  EXPECT_EQ(read_file(log.path()), whole);
}

TEST(TensorBoardLog, RemovesOnlyItsOwnOlderFiles) {
  const TempFolder folder;
  const std::vector<std::string> foreign{"events.out.tfevents.0000000001.myhost", "notes.onecycle",
                                         "a.txt"};
  for (const auto& name : foreign) {
    write_file(folder.path() / name, "theirs");
  }
  const fs::path older = folder.path() / "events.out.tfevents.0000000001.onecycle";
  write_file(older, "ours");
  const TensorBoardLog log(folder.path(), kFixed);
  for (const auto& name : foreign) {
    EXPECT_TRUE(fs::exists(folder.path() / name)) << name;
  }
  EXPECT_FALSE(fs::exists(older));
  EXPECT_TRUE(fs::exists(log.path()));
}

TEST(TensorBoardLog, NamesThePathThatCannotBeWritten) {
  const TempFolder folder;
  const fs::path inside = folder.path() / "no" / "tensorboard";
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { TensorBoardLog{inside}; }),
            inside.native() + ": the folder cannot be made: No such file or directory");
  const fs::path file = folder.path() / "file";
  write_file(file, "text");
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { TensorBoardLog{file}; }),
            file.native() + ": expected the name of a folder, got a file; name another");
}

}  // namespace
}  // namespace onecycle
