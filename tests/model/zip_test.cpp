#include <gtest/gtest.h>

#include <random>

#include "model/expect_error.h"
#include "model/format/zip_check.h"
#include "model/format/zip_directory.h"
#include "model/pickles.h"

namespace onecycle {
namespace {

TEST(ZipDirectory, ListsEntriesWithTheirBytes) {
  const auto bytes = zip_of({{"a", "first"}, {"folder/b", ""}, {"c", "third"}});
  const auto entries = read_zip_entries(bytes, "w.pt");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(bytes.substr(entries[0].begin, entries[0].size), "first");
  EXPECT_EQ(entries[0].begin % 64, 0U);
  EXPECT_EQ(entries[1].name, "folder/b");
  EXPECT_EQ(bytes.substr(entries[2].begin, entries[2].size), "third");
}

TEST(ZipDirectory, TellsPackedEntries) {
  auto bytes = zip_of({{"a", "first"}});
  const auto entry = bytes.find("PK\x01\x02");
  bytes[entry + 10] = 8;
  bytes[entry + 24] = 100;
  const auto entries = read_zip_entries(bytes, "w.pt");
  EXPECT_FALSE(entries.at(0).stored);
  EXPECT_EQ(entries[0].size, 5U);
  EXPECT_EQ(entries[0].unpacked, 100U);
}

TEST(ZipDirectory, DamagedArchivesAreRefusedOrRead) {
  const auto whole = zip_of({{"a", "first"}, {"b", "second"}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    expect_error([&] { read_zip_entries(whole.substr(0, size), "w.pt"); }, ErrorKind::checkpoint,
                 "w.pt:");
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    auto damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    damaged[damaged.size() - 1 - random() % 100] = static_cast<char>(random());
    try {
      for (const auto& entry : read_zip_entries(damaged, "w.pt")) {
        ASSERT_LE(entry.begin + entry.size, damaged.size());
      }
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::checkpoint) << error.what();
    }
  }
}

/// An archive of one entry `a`, with other values in its directory.
class Archive {
 public:
  explicit Archive(std::string_view bytes)
      : bytes_(zip_of({{"a", std::string(bytes)}})), entry_(bytes_.find("PK\x01\x02")) {}

  Archive& checksum(std::uint32_t value) { return put(16, little(value, 4)); }
  Archive& packed(std::uint32_t unpacked) {
    return put(10, little(8, 2)).put(24, little(unpacked, 4));
  }
  void check() const { check_zip_entries(bytes_, read_zip_entries(bytes_, "w.pt"), "w.pt"); }
  void expect_damaged(std::string_view part) const {
    expect_error([&] { check(); }, ErrorKind::checkpoint, cat("w.pt: entry a: expected ", part));
  }

 private:
  Archive& put(std::size_t at, const std::string& value) {
    bytes_.replace(entry_ + at, value.size(), value);
    return *this;
  }

  std::string bytes_;
  std::size_t entry_;
};

constexpr std::uint32_t kChecksumOfFirst = 0x9271ee57;  // Python's zlib.crc32(b"first")

// Python's zlib.compressobj(9, zlib.DEFLATED, -15) of b"first" * 20, and the crc32 of that.
constexpr std::string_view kPacked("K\xcb,*.I\xa3-\x01\0", 10);
constexpr std::uint32_t kUnpacked = 100;
constexpr std::uint32_t kChecksum = 0xfe32ef71;

TEST(ZipCheck, ChecksumsMustFitWhereThereAreAny) {
  Archive("first").check();
  Archive("first").checksum(kChecksumOfFirst).check();
  Archive("forst")
      .checksum(kChecksumOfFirst)
      .expect_damaged(
          "the bytes that its CRC-32 was made of, got others; the file is damaged: copy it again");
}

TEST(ZipCheck, PackedEntriesMustUnpackToWhatTheyClaim) {
  Archive(kPacked).packed(kUnpacked).check();
  Archive(kPacked).packed(kUnpacked).checksum(kChecksum).check();
  Archive(kPacked).packed(kUnpacked).checksum(kChecksum + 1).expect_damaged("the bytes that");
  for (const std::uint32_t claim : {0U, kUnpacked - 1, kUnpacked + 1, 0x7fffffffU}) {
    Archive(kPacked).packed(claim).expect_damaged(
        cat(claim, " bytes once it is unpacked, got others"));
  }
  for (std::size_t size = 0; size < kPacked.size(); ++size) {
    Archive(kPacked.substr(0, size)).packed(kUnpacked).expect_damaged("100 bytes once");
  }
}

}  // namespace
}  // namespace onecycle
