#include "onecycle/fetch/fetch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <map>

#include "fetch/archives.h"
#include "fetch/http_server.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

/// A server of files and the set that they are.
class Fetch : public ::testing::Test {
 protected:
  void add(const std::string& name, const std::string& bytes) {
    bodies[name] = bytes;
    set.files.push_back({.name = name,
                         .urls = {cat(server.url(), "/", name)},
                         .bytes = static_cast<std::int64_t>(bytes.size()),
                         .sha256 = sha256(bytes)});
  }
  void add_archive(const std::string& name, const std::vector<TestEntry>& entries) {
    const TempFolder made;
    {
      TestArchive archive(made.path() / name);
      for (const TestEntry& entry : entries) {
        archive.add(entry);
      }
    }
    add(name, read_file(made.path() / name));
    set.unpacks = true;
  }
  Reply answer(const Request& request) {
    const auto found = bodies.find(request.path().substr(1));
    return {found == bodies.end() ? http("404 Not Found", 2, "no")
                                  : good_answer(request, found->second)};
  }
  [[nodiscard]] fs::path at(const std::string& name) const { return folder.path() / name; }
  [[nodiscard]] std::vector<std::string> there() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      names.push_back(fs::relative(entry.path(), folder.path()).native());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  TempFolder folder;
  std::map<std::string, std::string> bodies;
  RemoteSet set{.name = "set"};
  HttpServer server{[this](const Request& request) { return answer(request); }};
};

TEST_F(Fetch, FilesStandInTheFolderOfTheSet) {
  add("a.gz", "aaa");
  add("b.gz", "bb");
  const Fetched got = fetch(set, at("data"));
  EXPECT_EQ(got.path, at("data/set"));
  EXPECT_FALSE(got.was_there);
  EXPECT_EQ(got.files, 2);
  EXPECT_EQ(got.bytes, 5);
  EXPECT_THAT(there(), ElementsAre("data", "data/set", "data/set/a.gz", "data/set/b.gz"));
  EXPECT_EQ(read_file(at("data/set/b.gz")), "bb");
}

TEST_F(Fetch, AnArchiveOfOneFolderBecomesThatFolder) {
  add_archive("x.tgz", {{.name = "set-of-2020/train/a.txt", .bytes = "a"},
                        {.name = "set-of-2020/b.txt", .bytes = "b"}});
  EXPECT_EQ(fetch(set, folder.path()).files, 2);
  EXPECT_THAT(there(), ElementsAre("set", "set/b.txt", "set/train", "set/train/a.txt"));
}

TEST_F(Fetch, AnArchiveOfSeveralStaysAsItIs) {
  add_archive("x.tgz", {{.name = "train/a.txt", .bytes = "a"}, {.name = "b.txt", .bytes = "b"}});
  fetch(set, folder.path());
  EXPECT_THAT(there(), ElementsAre("set", "set/b.txt", "set/train", "set/train/a.txt"));
}

TEST_F(Fetch, WhatIsThereIsLeftAlone) {
  add("a.gz", "aaa");
  fs::create_directory(at("set"));
  write_file(at("set/mine.txt"), "mine");
  const Fetched got = fetch(set, folder.path());
  EXPECT_TRUE(got.was_there);
  EXPECT_EQ(got.files, 1);
  EXPECT_TRUE(server.requests().empty());
  EXPECT_THAT(there(), ElementsAre("set", "set/mine.txt"));
}

TEST_F(Fetch, ForceReplacesIt) {
  add("a.gz", "aaa");
  fs::create_directory(at("set"));
  write_file(at("set/old.txt"), "old");
  EXPECT_FALSE(fetch(set, folder.path(), {.force = true}).was_there);
  EXPECT_THAT(there(), ElementsAre("set", "set/a.gz"));
}

TEST_F(Fetch, AFailureLeavesWhatWasThereAndNothingOfItsOwn) {
  add("a.gz", "aaa");
  bodies.clear();
  fs::create_directory(at("set"));
  write_file(at("set/old.txt"), "old");
  message_of(ErrorKind::data, [&] { fetch(set, folder.path(), {.force = true}); });
  EXPECT_THAT(there(), ElementsAre("set", "set/old.txt"));
}

TEST_F(Fetch, AFailureKeepsTheFilesThatCame) {
  add("a.gz", "aaa");
  add("b.gz", "bb");
  bodies.erase("b.gz");
  message_of(ErrorKind::data, [&] { fetch(set, folder.path()); });
  EXPECT_THAT(there(), ElementsAre("set.part", "set.part/files", "set.part/files/a.gz"));
  bodies["b.gz"] = "bb";
  fetch(set, folder.path());
  EXPECT_EQ(server.requests().size(), 3);
  EXPECT_THAT(there(), ElementsAre("set", "set/a.gz", "set/b.gz"));
}

TEST_F(Fetch, AKeptFileOfOtherBytesIsNotBelieved) {
  add("a.gz", "aaa");
  fs::create_directories(at("set.part/files"));
  write_file(at("set.part/files/a.gz"), "old");
  fetch(set, folder.path());
  EXPECT_EQ(read_file(at("set/a.gz")), "aaa");
}

TEST_F(Fetch, AnArchiveThatIsRefusedGoes) {
  add_archive("x.tgz", {{.name = "../a.txt", .bytes = "a"}});
  EXPECT_THAT(message_of(ErrorKind::data, [&] { fetch(set, folder.path()); }),
              HasSubstr("x.tgz: '../a.txt': expected a path in the folder"));
  EXPECT_THAT(there(), ElementsAre());
}

TEST_F(Fetch, AnInterruptedUnpackingNeedsNoSecondDownload) {
  add_archive("x.tgz", {{.name = "a.txt", .bytes = "a"}});
  FetchOptions options;
  options.progress = [](const FetchProgress& now) { return now.doing != "unpacking x.tgz"; };
  message_of(ErrorKind::interrupted, [&] { fetch(set, folder.path(), options); });
  EXPECT_FALSE(fs::exists(at("set")));
  fetch(set, folder.path());
  EXPECT_EQ(server.requests().size(), 1);
  EXPECT_THAT(there(), ElementsAre("set", "set/a.txt"));
}

TEST_F(Fetch, OneProcessAtATime) {
  add("a.gz", "aaa");
  fs::create_directory(at("set.part"));
  const int other = ::open(at("set.part").c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  EXPECT_THAT(message_of(ErrorKind::usage, [&] { fetch(set, folder.path()); }),
              EndsWith("set.part: expected no other download of this data set, got one that runs; "
                       "wait for it"));
  ::close(other);
  EXPECT_EQ(fetch(set, folder.path()).files, 1);
}

TEST_F(Fetch, AFileInTheWayIsTheUsersToMove) {
  add("a.gz", "aaa");
  write_file(at("set"), "mine");
  EXPECT_THAT(message_of(ErrorKind::usage, [&] { fetch(set, folder.path()); }),
              EndsWith("set: expected no such file, got one; move it away or name another folder"));
  EXPECT_EQ(read_file(at("set")), "mine");
}

}  // namespace
}  // namespace onecycle
