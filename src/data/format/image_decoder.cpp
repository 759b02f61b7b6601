#include "data/format/image_decoder.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "data/format/jpeg_decoder.h"
#include "data/format/png_decoder.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

using namespace std::string_view_literals;

constexpr auto kJpegMagic = "\xff\xd8\xff"sv;
constexpr auto kPngMagic = "\x89PNG\r\n\x1a\n"sv;

/// What the bytes are, for the message that refuses them.
std::string name_format(std::string_view bytes) {
  struct Magic {
    std::size_t at;
    std::string_view bytes;
    std::string_view name;
  };
  constexpr std::array kMagics{Magic{0, "GIF8"sv, "GIF"sv},
                               Magic{0, "BM"sv, "BMP"sv},
                               Magic{8, "WEBP"sv, "WebP"sv},
                               Magic{0, "II*\0"sv, "TIFF"sv},
                               Magic{0, "MM\0*"sv, "TIFF"sv},
                               Magic{4, "ftypavif"sv, "AVIF"sv},
                               Magic{4, "ftyphei"sv, "HEIC"sv},
                               Magic{4, "ftypmif1"sv, "HEIC"sv},
                               Magic{0, "\0\0\0\fjP"sv, "JPEG 2000"sv}};
  const auto* found = std::find_if(kMagics.begin(), kMagics.end(), [&](const Magic& magic) {
    return bytes.size() > magic.at && bytes.substr(magic.at).starts_with(magic.bytes);
  });
  return found == kMagics.end() ? "another format" : std::string(found->name);
}

}  // namespace

std::string to_string(const ImageSize& size) { return cat(size.width, "x", size.height); }

std::string to_string(ImageFormat format) { return format == ImageFormat::jpeg ? "JPEG" : "PNG"; }

ImageHeader read_image_header(std::string_view bytes, const std::string& source) {
  return open_image(bytes, source)->header();
}

std::unique_ptr<ImageDecoder> open_image(std::string_view bytes, const std::string& source,
                                         const DecodeRequest& request) {
  require(request.channels == 1 || request.channels == 3, ErrorKind::usage,
          "image: expected 1 channel (grey) or 3 (RGB), got ", request.channels);
  if (bytes.starts_with(kJpegMagic)) {
    return std::make_unique<JpegDecoder>(bytes, source, request);
  }
  if (bytes.starts_with(kPngMagic)) {
    return std::make_unique<PngDecoder>(bytes, source, request);
  }
  require(!bytes.empty(), ErrorKind::data, source,
          ": expected a JPEG or PNG image, got an empty file; leave it out");
  fail(ErrorKind::data, source, ": expected a JPEG or PNG image, got ", name_format(bytes),
       "; convert it, for example: convert IMAGE IMAGE.png (ImageMagick)");
}

void ImageDecoder::describe(ImageHeader header, int orientation, std::int64_t room) {
  const auto& [height, width] = header.size;
  require(height > 0 && width > 0, ErrorKind::data, source_,
          ": expected an image with pixels, got ", to_string(header.size), "; leave it out");
  require(width <= kMostPixels / height, ErrorKind::data, source_, ": expected at most ",
          kMostPixels, " pixels, got ", to_string(header.size), "; scale it down or leave it out");
  require(height * width <= room, ErrorKind::data, source_, ": expected at most the ", room,
          " pixels that a file of its size can hold, got ", to_string(header.size),
          "; it is damaged or cut off: copy it again or leave it out");
  orientation_ = orientation;
  header.size = oriented(header.size, orientation);
  header_ = header;
}

void ImageDecoder::decode(std::uint8_t* out) {
  const std::int64_t pixels = stored_.size.height * stored_.size.width;
  const bool upright = orientation_ == 1;
  const bool as_stored = (stored_.kind == PixelKind::grey && channels_ == 1) ||
                         (stored_.kind == PixelKind::rgb && channels_ == 3);
  if (as_stored && upright) {
    read_stored(out);
    return;
  }
  const auto buffer = [](std::int64_t size) {
    return std::vector<std::uint8_t>(static_cast<std::size_t>(size));
  };
  std::vector<std::uint8_t> stored = buffer(pixels * pixel_bytes(stored_.kind));
  read_stored(stored.data());
  if (upright) {
    convert_pixels(stored.data(), stored_.kind, pixels, out, channels_);
    return;
  }
  if (!as_stored) {
    std::vector<std::uint8_t> converted = buffer(pixels * channels_);
    convert_pixels(stored.data(), stored_.kind, pixels, converted.data(), channels_);
    stored = std::move(converted);
  }
  orient_pixels(stored.data(), stored_.size, channels_, orientation_, out);
}

void ImageDecoder::fail_decoding(std::string_view complaint) const {
  fail(ErrorKind::data, source_, ": expected a whole image, got '", complaint, "' from the decoder",
       "; it is damaged or cut off: copy it again or leave it out");
}

}  // namespace onecycle
