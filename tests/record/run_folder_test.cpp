#include "onecycle/record/run_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

class RunFolders : public testing::Test {
 protected:
  [[nodiscard]] std::set<std::string> listing(const fs::path& folder) const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      names.insert(fs::relative(entry.path(), folder).native());
    }
    return names;
  }

  const TempFolder temporary_;
  const fs::path root_ = temporary_.path();
};

void expect_refused(const std::function<void()>& action, const std::string& message) {
  try {
    action();
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.what(), message);
  }
}

TEST_F(RunFolders, GoAgainUnlessKept) {
  {
    const RunFolder folder(root_ / "a" / "b" / "run");
    EXPECT_TRUE(fs::is_directory(folder.path()));
    write_file(folder.file("iterations.csv"), "begun");
  }
  EXPECT_EQ(listing(root_), std::set<std::string>{});
}

TEST_F(RunFolders, StayIfKept) {
  {
    RunFolder folder(root_ / "a" / "run/");
    folder.keep();
    write_file(folder.file("iterations.csv"), "done");
  }
  EXPECT_EQ(listing(root_), (std::set<std::string>{"a", "a/run", "a/run/iterations.csv"}));
}

TEST_F(RunFolders, AreClaimedByOneOwner) {
  RunFolder folder(root_ / "run");
  const RunFolder moved = std::move(folder);
  EXPECT_EQ(moved.path(), root_ / "run");
  expect_refused([&] { const RunFolder second(root_ / "run"); },
                 (root_ / "run").native() +
                     ": expected a folder that does not exist yet, got one that does; name "
                     "another, or replace the run in it with --force");
  EXPECT_TRUE(fs::is_directory(root_ / "run"));
}

TEST_F(RunFolders, ForceReplacesTheRunAndNothingElse) {
  fs::create_directory(root_ / "run");
  write_file(root_ / "run" / "report.html", "old");
  write_file(root_ / "run" / "notes.txt", "mine");
  { const RunFolder failed(root_ / "run", true); }
  EXPECT_EQ(listing(root_ / "run"), (std::set<std::string>{"notes.txt", "report.html"}));
  RunFolder folder(root_ / "run", true);
  folder.keep();
  EXPECT_EQ(listing(root_ / "run"), std::set<std::string>{"notes.txt"});
}

TEST_F(RunFolders, WhatOthersPutInStays) {
  {
    const RunFolder folder(root_ / "a" / "run");
    write_file(folder.file("report.html"), "ours");
    write_file(folder.file("notes.txt"), "theirs");
  }
  EXPECT_EQ(listing(root_), (std::set<std::string>{"a", "a/run", "a/run/notes.txt"}));
}

TEST_F(RunFolders, FirstFreeCountsUp) {
  RunFolder first = RunFolder::first_free(root_ / "runs", "digits-mlp");
  RunFolder second = RunFolder::first_free(root_ / "runs", "digits-mlp");
  EXPECT_EQ(first.path(), root_ / "runs" / "digits-mlp-001");
  EXPECT_EQ(second.path(), root_ / "runs" / "digits-mlp-002");
  fs::remove(first.path());
  EXPECT_EQ(RunFolder::first_free(root_ / "runs", "digits-mlp").path(), first.path());
}

TEST_F(RunFolders, FirstFreeTakesBackTheParentToo) {
  { const RunFolder folder = RunFolder::first_free(root_ / "runs", "digits-mlp"); }
  EXPECT_EQ(listing(root_), std::set<std::string>{});
}

TEST_F(RunFolders, RefuseWhatIsNoFolder) {
  write_file(root_ / "file", "text");
  expect_refused([&] { const RunFolder folder(root_ / "file", true); },
                 (root_ / "file").native() +
                     ": expected the name of a folder, got a file; name "
                     "another");
  expect_refused([&] { const RunFolder folder(root_ / "file" / "a" / "run"); },
                 (root_ / "file" / "a").native() +
                     ": the folder cannot be made: expected a folder above it, got the file " +
                     (root_ / "file").native());
  expect_refused([] { const RunFolder folder(""); }, "run folder: expected a name, got none");
}

}  // namespace
}  // namespace onecycle
