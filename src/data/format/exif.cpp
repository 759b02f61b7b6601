#include "data/format/exif.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace onecycle {
namespace {

constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kShortType = 3;
constexpr std::size_t kEntrySize = 12;

class TiffReader {
 public:
  TiffReader(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  /// The number of `size` bytes at `at`, if it is there.
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      return std::nullopt;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t next = at + (big_endian_ ? i : size - 1 - i);
      value = value << 8 | static_cast<unsigned char>(bytes_[next]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

}  // namespace

int exif_orientation(std::string_view tiff) {
  constexpr int kUpright = 1;
  const bool big_endian = tiff.starts_with("MM");
  if (!big_endian && !tiff.starts_with("II")) {
    return kUpright;
  }
  const TiffReader reader(tiff, big_endian);
  const std::size_t directory = reader.number(4, 4).value_or(0);
  const std::size_t entries = reader.number(directory, 2).value_or(0);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntrySize;
    if (reader.number(entry, 2) == kOrientationTag && reader.number(entry + 2, 2) == kShortType) {
      const auto value = static_cast<int>(reader.number(entry + 8, 2).value_or(kUpright));
      return value >= 1 && value <= 8 ? value : kUpright;
    }
  }
  return kUpright;
}

}  // namespace onecycle
