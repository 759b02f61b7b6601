// Images: a header that is accepted is one of as many pixels as are decoded, and these are the same
// each time. The checksums of PNG chunks are made right, so that what they guard is reached.

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "data/format/image_decoder.h"
#include "data/format/png_encoder.h"
#include "fuzz/target.h"

namespace onecycle {
namespace {

constexpr std::size_t kPngMagic = 8;
constexpr std::size_t kAroundChunk = 12;  // length, kind and checksum

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

std::string with_checksums(std::string_view text) {
  std::string bytes(text);
  std::size_t at = kPngMagic;
  while (bytes.starts_with("\x89PNG") && at + kAroundChunk <= bytes.size()) {
    const std::size_t size = number_at(bytes, at);
    if (size > bytes.size() - at - kAroundChunk) {
      break;
    }
    const std::string chunk = bytes.substr(at + 4, size + 4);
    const auto crc = static_cast<std::uint32_t>(
        ::crc32(0, static_cast<const Bytef*>(static_cast<const void*>(chunk.data())),
                static_cast<uInt>(chunk.size())));
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[at + 8 + size + i] = static_cast<char>(crc >> (24 - 8 * i));
    }
    at += kAroundChunk + size;
  }
  return bytes;
}

std::vector<std::uint8_t> decode(std::string_view bytes, const DecodeRequest& request) {
  const auto decoder = open_image(bytes, "image", request);
  const ImageSize size = decoder->size();
  const ImageSize whole = decoder->header().size;
  fuzz::expect(whole.height >= 1 && whole.width >= 1 && whole.width <= kMostPixels / whole.height,
               cat("a size within limits, got ", to_string(whole)));
  fuzz::expect(size == whole || request.at_least, cat("all pixels, got ", to_string(size)));
  const auto count = static_cast<std::size_t>(size.height * size.width * request.channels);
  std::vector<std::uint8_t> pixels(count);
  decoder->decode(pixels.data());
  return pixels;
}

void read_png_again(const std::vector<std::uint8_t>& pixels, ImageSize size) {
  const std::string file = encode_png_pixels(pixels.data(), size, 3);
  fuzz::expect(decode(file, {.channels = 3}) == pixels, "the pixels that were written");
}

}  // namespace

void fuzz::read(std::string_view text) {
  const std::string bytes = with_checksums(text);
  for (const std::int64_t channels : {1, 3}) {
    may_refuse([&] {
      const DecodeRequest request{.channels = channels};
      const auto pixels = decode(bytes, request);
      expect(decode(bytes, request) == pixels, "the same pixels again");
      if (channels == 3 && pixels.size() < 10000) {
        read_png_again(pixels, read_image_header(bytes, "image").size);
      }
    });
    may_refuse([&] {
      decode(bytes, {.channels = channels, .at_least = ImageSize{.height = 2, .width = 2}});
    });
  }
}

}  // namespace onecycle
