#include "onecycle/core/append_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "onecycle/core/files.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

TEST(AppendFile, ReplacesTheOldFileAndShowsWhatWasFlushed) {
  const TempFolder folder;
  const fs::path path = folder.path() / "log";
  write_file(path, "old");
  AppendFile file(path);
  EXPECT_EQ(read_file(path), "");
  file.append("one\n");
  EXPECT_EQ(read_file(path), "");
  file.flush();
  EXPECT_EQ(read_file(path), "one\n");
  file.append("two\n");
  file.flush();
  EXPECT_EQ(read_file(path), "one\ntwo\n");
}

TEST(AppendFile, RefusesAPathThatCannotBeWrittenTo) {
  const TempFolder folder;
  const fs::path inside = folder.path() / "no" / "log";
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { AppendFile{inside}; }),
            inside.native() +
                ": cannot be written: No such file or directory; make the folder first or name "
                "another");
  EXPECT_EQ(message_of(ErrorKind::usage, [&] { AppendFile{folder.path()}; }),
            folder.path().native() + ": expected the name of a file, got a folder");
}

TEST(AppendFile, AFullDeviceIsTheSystemsFailure) {
  if (!fs::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full";
  }
  AppendFile file("/dev/full");
  file.append("text");
  EXPECT_EQ(message_of(ErrorKind::internal, [&] { file.flush(); }),
            "/dev/full: cannot be written: No space left on device");
}

// A limit on the size of files stands for a disk that is full for a while: a part is written first.
TEST(AppendFile, AfterAFailureNothingIsLostOrDoubled) {
  const TempFolder folder;
  const fs::path path = folder.path() / "log";
  AppendFile file(path);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 5;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  file.append("12345678");
  const std::string message = message_of(ErrorKind::internal, [&] { file.flush(); });
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, path.native() + ": cannot be written: File too large");
  EXPECT_EQ(read_file(path), "12345");
  file.append("9");
  file.flush();
  file.flush();
  EXPECT_EQ(read_file(path), "123456789");
}

}  // namespace
}  // namespace onecycle
