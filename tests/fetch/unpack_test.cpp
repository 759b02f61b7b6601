#include "onecycle/fetch/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fetch/archives.h"
#include "onecycle/core/files.h"
#include "onecycle/core/random.h"
#include "support/message.h"
#include "support/temp_folder.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Unpack : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder.path() / name; }
  /// An archive of these entries, with a good file before them.
  fs::path archive_of(const std::vector<TestEntry>& entries, const std::string& name = "a.tar.gz") {
    TestArchive archive(at(name));
    archive.add({.name = "good.txt", .bytes = "good"});
    for (const TestEntry& entry : entries) {
      archive.add(entry);
    }
    return at(name);
  }
  /// What it says; it must leave only the archive.
  std::string refused(const fs::path& archive, const UnpackOptions& options = {}) {
    const std::string message =
        message_of(ErrorKind::data, [&] { unpack(archive, at("out"), options); });
    EXPECT_TRUE(message.starts_with(archive.native() + ": ")) << message;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
    return message.substr(archive.native().size() + 2);
  }

  TempFolder folder;
};

TEST_F(Unpack, PutsEveryFileWhereTheArchiveSays) {
  for (const char* name : {"a.tar.gz", "a.zip"}) {
    const auto archive =
        archive_of({{.name = "set", .type = AE_IFDIR},
                    {.name = "set/deep/down/x.bin", .bytes = std::string(3000, 'x')},
                    {.name = "./set//empty.txt"},
                    {.name = "set/void", .type = AE_IFDIR}},
                   name);
    const Unpacked done = unpack(archive, at("out"));
    EXPECT_EQ(done.files, 3);
    EXPECT_EQ(done.bytes, 3004);
    EXPECT_EQ(read_file(at("out/good.txt")), "good");
    EXPECT_EQ(read_file(at("out/set/deep/down/x.bin")), std::string(3000, 'x'));
    EXPECT_EQ(read_file(at("out/set/empty.txt")), "");
    EXPECT_TRUE(fs::is_directory(at("out/set/void")));
    EXPECT_FALSE(fs::exists(at("out.unpacking")));
    fs::remove_all(at("out"));
  }
}

TEST_F(Unpack, ASingleCompressedFileKeepsItsName) {
  // gzip of "hello\n".
  const std::string bytes(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06"
      "\x00\x00\x00",
      26);
  write_file(at("words.txt.gz"), bytes);
  EXPECT_EQ(unpack(at("words.txt.gz"), at("out")).files, 1);
  EXPECT_EQ(read_file(at("out/words.txt")), "hello\n");
}

TEST_F(Unpack, RefusesPathsThatLeaveTheFolder) {
  EXPECT_EQ(refused(archive_of({{.name = "/etc/x", .bytes = "x"}})),
            "'/etc/x': expected a path in the folder, got an absolute one");
  for (const char* name : {"../x", "a/../../x", "a/..", ".."}) {
    EXPECT_EQ(refused(archive_of({{.name = name, .bytes = "x"}})),
              cat("'", name, "': expected a path in the folder, got one that leads out of it"));
  }
  EXPECT_EQ(refused(archive_of({{.name = "../x", .type = AE_IFDIR}})),
            "'../x/': expected a path in the folder, got one that leads out of it");
}

TEST_F(Unpack, RefusesLinksAndDevices) {
  EXPECT_EQ(refused(archive_of({{.name = "x", .type = AE_IFLNK, .link = "/etc"},
                                {.name = "x/passwd", .bytes = "mine"}})),
            "'x': expected a file or a folder, got a link");
  EXPECT_EQ(refused(archive_of({{.name = "x", .link = "good.txt"}})),
            "'x': expected a file or a folder, got a link");
  for (const unsigned type : {unsigned{AE_IFCHR}, unsigned{AE_IFIFO}}) {
    EXPECT_EQ(refused(archive_of({{.name = "x", .type = type}})),
              "'x': expected a file or a folder, got a device");
  }
}

TEST_F(Unpack, RefusesTwoOfOnePath) {
  EXPECT_EQ(refused(archive_of({{.name = "./good.txt", .bytes = "evil"}})),
            "'./good.txt': expected a new file, got one that is there already");
  EXPECT_EQ(refused(archive_of({{.name = "good.txt/x", .bytes = "evil"}})),
            "'good.txt/x': expected a folder, got a file that is there already");
}

TEST_F(Unpack, RefusesMoreBytesThanExpectedBeforeTheyAreWritten) {
  const auto archive = archive_of({{.name = "x", .bytes = std::string(1000, 'x')}});
  EXPECT_EQ(refused(archive, {.bytes = 1003}),
            "'x': expected at most 1003 bytes in all, got 1000 in this file");
  EXPECT_EQ(unpack(archive, at("out"), {.bytes = 1004}).bytes, 1004);
}

TEST_F(Unpack, RefusesABombWhateverIsExpected) {
  std::vector<TestEntry> zeros;
  for (int i = 0; i < 14; ++i) {
    zeros.push_back({.name = cat("zeros", i), .bytes = std::string(5'000'000, '\0')});
  }
  EXPECT_THAT(refused(archive_of(zeros)),
              HasSubstr("': expected at most 64000000 bytes in all, got "));
}

TEST_F(Unpack, RefusesMoreFilesThanAllowed) {
  EXPECT_EQ(refused(archive_of({{.name = "x", .type = AE_IFDIR}}), {.files = 1}),
            "'x/': expected at most 1 files and folders, got more");
}

TEST_F(Unpack, NamesADamagedArchive) {
  std::string noise;
  Random random(1);
  for (int i = 0; i < 2'000'000; ++i) {
    noise += static_cast<char>(random.below(256));
  }
  const auto archive = archive_of({{.name = "x", .bytes = noise}});
  const std::string bytes = read_file(archive);
  write_file(archive, bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(refused(archive), "'x': damaged: truncated gzip input");
  write_file(archive, bytes.substr(0, 100));
  EXPECT_EQ(refused(archive), "cannot be unpacked: truncated gzip input");
  write_file(archive, "this is no archive");
  EXPECT_EQ(refused(archive), "cannot be unpacked: Unrecognized archive format");
}

TEST_F(Unpack, AnotherFormatIsTheUsersMistake) {
  EXPECT_THAT(message_of(ErrorKind::usage,
                         [&] {
                           write_file(at("a.rar"), "x");
                           unpack(at("a.rar"), at("out"));
                         }),
              HasSubstr("a.rar: expected .tar, .tar.gz, .tgz, .zip or .gz"));
}

TEST_F(Unpack, AnInterruptionLeavesNothing) {
  const auto archive = archive_of({{.name = "x", .bytes = "x"}});
  std::int64_t total = 0;
  const UnpackOptions options{.progress = [&](std::int64_t /*done*/, std::int64_t all) {
    total = all;
    return false;
  }};
  message_of(ErrorKind::interrupted, [&] { unpack(archive, at("out"), options); });
  EXPECT_EQ(total, static_cast<std::int64_t>(fs::file_size(archive)));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST_F(Unpack, NamesSayWhatIsAnArchive) {
  EXPECT_EQ(without_archive_ending("cifar-10.tar.gz"), "cifar-10");
  EXPECT_EQ(without_archive_ending("train-images.gz"), "train-images");
  EXPECT_TRUE(is_archive("a.zip"));
  EXPECT_FALSE(is_archive("table.csv"));
  EXPECT_FALSE(is_archive(".gz"));
}

}  // namespace
}  // namespace onecycle
