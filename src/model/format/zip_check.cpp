#include "model/format/zip_check.h"

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr int kNoHeader = -15;  // deflate alone, of the largest window

/// The bytes of one entry, as they were before they were packed.
struct Content {
  std::uint64_t size = 0;
  uLong checksum = crc32_z(0, nullptr, 0);

  void add(const Bytef* bytes, std::size_t count) {
    size += count;
    checksum = crc32_z(checksum, bytes, count);
  }
};

class Inflater {
 public:
  explicit Inflater(std::string_view bytes) {
    // NOLINTNEXTLINE(*-reinterpret-cast,*-const-cast): bytes, which zlib reads and never writes
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    if (inflateInit2(&stream_, kNoHeader) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// What is in it, up to the first piece that goes beyond `most`; false where it is damaged.
  bool unpack(Content& content, std::uint64_t most) {
    std::array<Bytef, kPiece> piece;  // NOLINT(*-member-init): written before it is read
    int result = Z_OK;
    while (result == Z_OK && content.size <= most) {
      stream_.next_out = piece.data();
      stream_.avail_out = piece.size();
      result = inflate(&stream_, Z_NO_FLUSH);
      content.add(piece.data(), piece.size() - stream_.avail_out);
    }
    return result == Z_STREAM_END;
  }

 private:
  z_stream stream_{};
};

void check(std::string_view bytes, const ZipEntry& entry, const std::string& file) {
  const auto expect = [&](bool condition, const auto&... what) {
    require(condition, ErrorKind::checkpoint, file, ": entry ", entry.name, ": expected ", what...,
            "; the file is damaged: copy it again");
  };
  const auto packed = bytes.substr(entry.begin, entry.size);
  Content content;
  if (entry.stored) {
    // NOLINTNEXTLINE(*-reinterpret-cast): bytes as zlib has them
    content.add(reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  } else {
    expect(packed.size() <= std::numeric_limits<uInt>::max() &&
               Inflater(packed).unpack(content, entry.unpacked) && content.size == entry.unpacked,
           entry.unpacked, " bytes once it is unpacked, got others");
  }
  expect(entry.checksum == 0 || entry.checksum == content.checksum,
         "the bytes that its CRC-32 was made of, got others");
}

}  // namespace

void check_zip_entries(std::string_view bytes, const std::vector<ZipEntry>& entries,
                       const std::string& file) {
  for (const auto& entry : entries) {
    check(bytes, entry, file);
  }
}

}  // namespace onecycle
