#include "report/bitmap.h"

#include <cstdint>
#include <vector>

#include "core/base64.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

constexpr std::int64_t kHeader = 54;  // bytes: 14 of the file, 40 of the picture
constexpr std::int64_t kPixel = 3;

/// Little-endian, in `size` bytes, at most 8.
void put(std::vector<std::uint8_t>& out, std::int64_t value, int size) {
  for (int i = 0; i < size; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

}  // namespace

std::string bitmap_address(const Picture& picture) {
  const std::int64_t padding = (4 - kPixel * picture.width % 4) % 4;  // rows end at words
  const std::int64_t size = (kPixel * picture.width + padding) * picture.height;
  std::vector<std::uint8_t> file{'B', 'M'};
  put(file, kHeader + size, 4);
  put(file, 0, 4);
  put(file, kHeader, 4);
  put(file, 40, 4);
  put(file, picture.width, 4);
  put(file, picture.height, 4);
  put(file, 1, 2);   // planes
  put(file, 24, 2);  // bits a pixel
  put(file, 0, 4);   // not compressed
  put(file, size, 4);
  file.resize(kHeader);                                     // resolution and palette: none
  for (std::int64_t y = picture.height - 1; y >= 0; --y) {  // from the bottom up
    for (std::int64_t x = 0; x < picture.width; ++x) {
      const auto pixel = static_cast<std::size_t>(kPixel * (y * picture.width + x));
      for (const std::size_t colour : {2U, 1U, 0U}) {  // blue first
        file.push_back(picture.rgb[pixel + colour]);
      }
    }
    file.resize(file.size() + static_cast<std::size_t>(padding));
  }
  return cat("data:image/bmp;base64,", to_base64(file));
}

}  // namespace onecycle
