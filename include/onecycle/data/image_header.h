// What a file of an image says about it, and which images are read at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onecycle {

/// The most pixels that an image may have: 178,956,970, from which Pillow on takes an image for an
/// attack. In colour they take half a gigabyte.
inline constexpr std::int64_t kMostPixels = 178'956'970;

/// In pixels.
struct ImageSize {
  std::int64_t height = 0;
  std::int64_t width = 0;

  bool operator==(const ImageSize&) const = default;
};

/// `32x24`: width, then height, as people write it.
std::string to_string(const ImageSize& size);

enum class ImageFormat { jpeg, png };

/// `JPEG` or `PNG`.
std::string to_string(ImageFormat format);

struct ImageHeader {
  ImageFormat format = ImageFormat::jpeg;
  ImageSize size;             ///< as it is shown: after the rotation that EXIF asks for
  std::int64_t channels = 3;  ///< 1 if the image is grey, 3 if it has colours; alpha does not count
};

/// The header of the image file `bytes`; nothing is decoded. `source` names it in messages. Throws
/// a data error for another format, a damaged header, no pixels, more than `kMostPixels`, and more
/// pixels than so many bytes can hold.
ImageHeader read_image_header(std::string_view bytes, const std::string& source);

}  // namespace onecycle
