#include "model/format/zip_directory.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

// PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kEntrySize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLocatorSize = 20;
constexpr std::size_t kLongestComment = 65535;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint32_t kIn64 = std::numeric_limits<std::uint32_t>::max();

class ZipReader {
 public:
  ZipReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::vector<ZipEntry> entries() {
    const std::size_t end = find_end();
    std::uint64_t count = number<std::uint16_t>(end + 10);
    std::uint64_t at = number<std::uint32_t>(end + 16);
    if (end >= kLocatorSize && number<std::uint32_t>(end - kLocatorSize) == kLocator64) {
      const auto end64 = checked(number<std::uint64_t>(end - kLocatorSize + 8));
      expect(number<std::uint32_t>(end64) == kEnd64, end64, "the end of a zip64 directory");
      count = number<std::uint64_t>(end64 + 32);
      at = number<std::uint64_t>(end64 + 48);
    }
    expect(count <= bytes_.size() / kEntrySize, end, "as many entries as there is room for");
    std::vector<ZipEntry> entries;
    entries.reserve(static_cast<std::size_t>(count));
    std::size_t position = checked(at);
    for (std::uint64_t i = 0; i < count; ++i) {
      entries.push_back(entry(position));
    }
    return entries;
  }

 private:
  void expect(bool condition, std::size_t at, std::string_view what) const {
    require(condition, ErrorKind::checkpoint, file_, ":", at, ": expected ", what,
            ", got something else; the file is damaged or not a zip archive");
  }

  [[nodiscard]] std::size_t checked(std::uint64_t at) const {
    expect(at <= bytes_.size(), bytes_.size(), "an offset inside the file");
    return static_cast<std::size_t>(at);
  }

  [[nodiscard]] std::string_view slice(std::size_t at, std::uint64_t size) const {
    expect(at <= bytes_.size() && size <= bytes_.size() - at, at,
           cat(size, " bytes inside the file"));
    return bytes_.substr(at, static_cast<std::size_t>(size));
  }

  /// Little-endian.
  template <class T>
  [[nodiscard]] T number(std::size_t at) const {
    std::uint64_t value = 0;
    const std::string_view part = slice(at, sizeof(T));
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(part[i])} << (8 * i);
    }
    return static_cast<T>(value);
  }

  /// The last record that may be the end: a comment of any length follows it.
  [[nodiscard]] std::size_t find_end() const {
    expect(bytes_.size() >= kEndSize, bytes_.size(), "the end of a zip directory");
    const std::size_t last = bytes_.size() - kEndSize;
    const std::size_t first = last > kLongestComment ? last - kLongestComment : 0;
    for (std::size_t at = last + 1; at-- > first;) {
      if (number<std::uint32_t>(at) == kEnd) {
        return at;
      }
    }
    fail(ErrorKind::checkpoint, file_, ":", bytes_.size(),
         ": expected the end of a zip directory, got none; the file is cut short or not a zip "
         "archive");
  }

  /// Reads the directory's entry at `at`, and moves `at` behind it.
  ZipEntry entry(std::size_t& at) const {
    expect(number<std::uint32_t>(at) == kDirectoryEntry, at, "an entry of a zip directory");
    const auto name_size = number<std::uint16_t>(at + 28);
    const auto extra_size = number<std::uint16_t>(at + 30);
    ZipEntry entry{.name = std::string(slice(at + kEntrySize, name_size)),
                   .begin = 0,
                   .size = 0,
                   .stored = number<std::uint16_t>(at + 10) == 0,
                   .unpacked = 0,
                   .checksum = number<std::uint32_t>(at + 16)};
    expect((number<std::uint16_t>(at + 8) & 1) == 0, at, "an entry that is not encrypted");
    const Sizes sizes = sizes_of(at, at + kEntrySize + name_size, extra_size);
    expect(!entry.stored || sizes.packed == sizes.unpacked, at, "one size of a stored entry");
    at += kEntrySize + name_size + extra_size + number<std::uint16_t>(at + 32);
    entry.unpacked = sizes.unpacked;
    locate(entry, sizes.packed, checked(sizes.header));
    return entry;
  }

  struct Sizes {
    std::uint64_t packed;
    std::uint64_t unpacked;
    std::uint64_t header;  // where it stands
  };

  /// Of the entry at `at`; what did not fit into 32 bits is in its extra field.
  [[nodiscard]] Sizes sizes_of(std::size_t at, std::size_t extra, std::size_t size) const {
    Sizes sizes{.packed = number<std::uint32_t>(at + 20),
                .unpacked = number<std::uint32_t>(at + 24),
                .header = number<std::uint32_t>(at + 42)};
    const std::size_t end = extra + slice(extra, size).size();
    while (extra + 4 <= end) {
      const auto id = number<std::uint16_t>(extra);
      std::size_t field = extra + 4;
      extra = field + number<std::uint16_t>(extra + 2);
      if (id == kExtra64) {
        for (auto* value : {&sizes.unpacked, &sizes.packed, &sizes.header}) {
          if (*value == kIn64) {
            *value = number<std::uint64_t>(field);
            field += 8;
          }
        }
        break;
      }
    }
    return sizes;
  }

  void locate(ZipEntry& entry, std::uint64_t size, std::size_t header) const {
    expect(number<std::uint32_t>(header) == kLocalHeader, header, "the header of a zip entry");
    entry.begin = header + kLocalSize + number<std::uint16_t>(header + 26) +
                  number<std::uint16_t>(header + 28);
    entry.size = slice(entry.begin, size).size();
  }

  std::string_view bytes_;
  const std::string& file_;
};

}  // namespace

std::vector<ZipEntry> read_zip_entries(std::string_view bytes, const std::string& file) {
  return ZipReader(bytes, file).entries();
}

}  // namespace onecycle
