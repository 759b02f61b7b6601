#include "data/format/idx_array.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "data/format/gunzip.h"
#include "onecycle/core/error.h"

static_assert(std::endian::native == std::endian::little, "the format is big-endian");

namespace onecycle {
namespace {

constexpr std::size_t kMagicSize = 4;
constexpr std::size_t kSizeBytes = 4;
constexpr std::size_t kMostDimensions = 8;
// Source: RFC 1951: 258 bytes for a length and a distance of one bit each.
constexpr std::size_t kMostUnpackedPerByte = 1032;

/// The bytes of a file, unpacked as far as they are asked for.
class IdxBytes {
 public:
  IdxBytes(std::string_view bytes, const std::string& source) : rest_(bytes), room_(bytes.size()) {
    if (GzipReader::is_gzip(bytes)) {
      gzip_.emplace(bytes, source);
      room_ *= kMostUnpackedPerByte;
    }
  }

  /// How many bytes there are at most.
  [[nodiscard]] std::size_t room() const { return room_; }

  /// The next bytes, at most `size`.
  std::string read(std::size_t size) {
    if (gzip_) {
      return gzip_->read(size);
    }
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string_view rest_;
  std::size_t room_;
  std::optional<GzipReader> gzip_;
};

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

void reverse_each(std::string& data, std::size_t size) {
  for (std::size_t i = 0; size > 1 && i < data.size(); i += size) {
    const auto begin = data.begin() + static_cast<std::ptrdiff_t>(i);
    std::reverse(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
}

std::size_t find_type(const std::string& magic, const std::string& source) {
  require(magic.size() == kMagicSize && magic[0] == 0 && magic[1] == 0, ErrorKind::data, source,
          ":0: expected an IDX file, which begins with two zeros, got other bytes");
  const auto& types = idx_types();
  const auto found = std::find_if(types.begin(), types.end(), [&](const IdxType& type) {
    return type.code == static_cast<unsigned char>(magic[2]);
  });
  require(found != types.end(), ErrorKind::data, source,
          ":2: expected an IDX type, 8, 9 or 11 to 14, got ",
          static_cast<int>(static_cast<unsigned char>(magic[2])));
  return static_cast<std::size_t>(found - types.begin());
}

}  // namespace

const std::vector<IdxType>& idx_types() {
  static const std::vector<IdxType> types{{0x08, 1}, {0x09, 1}, {0x0b, 2},
                                          {0x0c, 4}, {0x0d, 4}, {0x0e, 8}};
  return types;
}

IdxArray parse_idx(std::string_view bytes, const std::string& source) {
  IdxBytes file(bytes, source);
  const std::string magic = file.read(kMagicSize);
  IdxArray array{.type = find_type(magic, source), .shape = {}, .data = {}};
  const auto dimensions = static_cast<std::size_t>(static_cast<unsigned char>(magic[3]));
  require(dimensions >= 1 && dimensions <= kMostDimensions, ErrorKind::data, source,
          ":3: expected 1 to ", kMostDimensions, " dimensions, got ", dimensions);
  const std::string sizes = file.read(dimensions * kSizeBytes);
  require(sizes.size() == dimensions * kSizeBytes, ErrorKind::data, source, ":",
          kMagicSize + sizes.size(), ": expected the sizes of ", dimensions,
          " dimensions, got the end of the file; it is cut off: copy it again");
  std::size_t size = idx_types()[array.type].size;
  for (std::size_t i = 0; i < dimensions; ++i) {
    array.shape.push_back(big_endian(std::string_view(sizes).substr(i * kSizeBytes, kSizeBytes)));
    const std::size_t at = kMagicSize + i * kSizeBytes;
    require(array.shape.back() > 0, ErrorKind::data, source, ":", at,
            ": expected sizes of at least 1, got 0");
    require(!__builtin_mul_overflow(size, static_cast<std::size_t>(array.shape.back()), &size) &&
                size <= file.room(),
            ErrorKind::data, source, ":", at, ": expected sizes of at most the ", file.room(),
            " bytes that the file can hold, got ", array.shape.back(),
            "; it is damaged or cut off: copy it again");
  }
  array.data = file.read(size);
  require(array.data.size() == size && file.read(1).empty(), ErrorKind::data, source, ": expected ",
          size, " bytes of data after its header, got ",
          array.data.size() < size ? cat(array.data.size()) : "more",
          "; it is damaged or cut off: copy it again");
  reverse_each(array.data, idx_types()[array.type].size);
  return array;
}

}  // namespace onecycle
