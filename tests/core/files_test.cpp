#include "onecycle/core/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "onecycle/core/error.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> listing() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().native());
    }
    return names;
  }

  const TempFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::internal, "no error"};
}

TEST_F(Files, ComeBackByteForByte) {
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) {
    bytes += static_cast<char>(i * 7);
  }
  for (const std::string& content : {bytes, std::string("\0\r\n", 3), std::string()}) {
    write_file(folder_ / "a", content);
    EXPECT_EQ(read_file(folder_ / "a"), content);
  }
  EXPECT_EQ(listing(), std::vector<std::string>{"a"});
}

TEST_F(Files, AppearOnlyOnCommit) {
  write_file(folder_ / "a", "old");
  {
    AtomicFile file(folder_ / "a");
    file.write("new, but never committed");
    EXPECT_EQ(read_file(folder_ / "a"), "old");
  }
  EXPECT_EQ(read_file(folder_ / "a"), "old");
  EXPECT_EQ(listing(), std::vector<std::string>{"a"});
  AtomicFile file(folder_ / "a");
  file.write("new, ");
  file.write("in pieces");
  file.commit();
  EXPECT_EQ(read_file(folder_ / "a"), "new, in pieces");
  EXPECT_EQ(listing(), std::vector<std::string>{"a"});
}

TEST_F(Files, AreWrittenBySeveralThreadsAtOnce) {
  const std::vector<std::string> contents = {std::string(5000, 'a'), std::string(7000, 'b'), "c"};
  std::vector<std::thread> threads;
  for (const std::string& content : contents) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        write_file(folder_ / "a", content);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(contents, testing::Contains(read_file(folder_ / "a")));
  EXPECT_EQ(listing(), std::vector<std::string>{"a"});
}

TEST_F(Files, FollowALinkInsteadOfReplacingIt) {
  write_file(folder_ / "target", "old");
  fs::create_symlink("target", folder_ / "link");
  write_file(folder_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "target"), "new");
}

TEST_F(Files, LeaveADeviceADevice) {
  write_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(Files, AreReadableAsTheUserChose) {
  const mode_t mask = ::umask(022);
  write_file(folder_ / "a", "text");
  ::umask(mask);
  EXPECT_EQ(fs::status(folder_ / "a").permissions(), static_cast<fs::perms>(0644));
}

TEST_F(Files, ReadRefusesWhatIsNoFile) {
  const Error missing = error_of([&] { read_file(folder_ / "none.csv"); });
  EXPECT_EQ(missing.kind(), ErrorKind::data);
  EXPECT_EQ(missing.what(),
            (folder_ / "none.csv").native() + ": cannot be read: No such file or directory");
  const Error folder = error_of([&] { read_file(folder_); });
  EXPECT_EQ(folder.kind(), ErrorKind::data);
  EXPECT_EQ(folder.what(), folder_.native() + ": expected a file, got a folder");
}

TEST_F(Files, PiecesAreWholeLinesAndTogetherTheFile) {
  const std::string content = "one\n\na line longer than a piece\ntwo\nno end";
  write_file(folder_ / "a", content);
  for (const std::size_t size : {1U, 3U, 8U, 1000U}) {
    FilePieces pieces(folder_ / "a", size);
    std::string all;
    std::string last;
    for (std::string piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
      EXPECT_TRUE(last.empty() || last.ends_with('\n')) << last;
      all += piece;
      last = piece;
    }
    EXPECT_EQ(all, content);
    EXPECT_EQ(pieces.next(), "");
  }
  const Error missing = error_of([&] { const FilePieces none(folder_ / "none.csv"); });
  EXPECT_EQ(missing.what(),
            (folder_ / "none.csv").native() + ": cannot be read: No such file or directory");
}

TEST_F(Files, WriteRefusesAFolderThatIsNotThere) {
  const Error error = error_of([&] { write_file(folder_ / "no" / "a", "text"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.what(), (folder_ / "no" / "a").native() +
                              ": cannot be written: No such file or directory; make the folder "
                              "first or name another");
}

TEST_F(Files, WriteRefusesAFolderAsAName) {
  const Error error = error_of([&] { write_file(folder_, "text"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.what(), HasSubstr("expected the name of a file, got a folder"));
}

TEST_F(Files, WriteLeavesNothingInAFolderThatMayNotBeWritten) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write everywhere";
  }
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  const Error error = error_of([&] { write_file(folder_ / "a", "text"); });
  fs::permissions(folder_, fs::perms::owner_all);
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.what(), HasSubstr("Permission denied"));
  EXPECT_EQ(listing(), std::vector<std::string>{});
}

TEST_F(Files, AFullDeviceIsTheSystemsFailure) {
  if (!fs::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full";
  }
  const Error error = error_of([&] { write_file("/dev/full", "text"); });
  EXPECT_EQ(error.kind(), ErrorKind::internal);
  EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace onecycle
