// Images whose headers promise more than there is, or than anyone has memory for.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/data/image.h"
#include "support/message.h"
#include "support/tensor_memory.h"

namespace onecycle {
namespace {

using namespace std::string_view_literals;

std::string image_file(const std::string& name) {
  return read_file(std::filesystem::path(ONECYCLE_TEST_DATA) / "images" / name);
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) {
    bytes.at(at + static_cast<std::size_t>(i)) = static_cast<char>(value >> 8 * (size - 1 - i));
  }
}

/// The checksum of PNG chunks, RFC 2083, 15.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
  }
  return ~crc;
}

std::string png_of_size(std::uint32_t width, std::uint32_t height) {
  std::string bytes = image_file("rgb8.png");
  put_number(bytes, 16, width, 4);
  put_number(bytes, 20, height, 4);
  put_number(bytes, 29, crc32(std::string_view(bytes).substr(12, 17)), 4);
  return bytes;
}

std::string jpeg_of_size(std::uint32_t width, std::uint32_t height,
                         const std::string& name = "colour.jpg") {
  std::string bytes = image_file(name);
  const std::size_t frame =
      bytes.find(name == "progressive.jpg" ? "\xff\xc2\0\x11"sv : "\xff\xc0\0\x11"sv);
  put_number(bytes, frame + 5, height, 2);
  put_number(bytes, frame + 7, width, 2);
  return bytes;
}

/// The message that refuses the file; on the way no memory may be taken for pixels.
std::string refusal_without_memory(const std::string& bytes) {
  std::string message;
  const TensorMemory memory = tensor_memory(
      [&] { message = message_of(ErrorKind::data, [&] { decode_image(bytes, "big"); }); });
  EXPECT_EQ(memory.peak, 0);
  EXPECT_EQ(message_of(ErrorKind::data, [&] { read_image_header(bytes, "big"); }), message);
  return message;
}

TEST(ImageLimits, AbsurdSizesAreRefusedBeforeMemoryIsTaken) {
  const std::string message =
      "big: expected at most 178956970 pixels, got 60000x60000; scale it down or leave it out";
  EXPECT_EQ(refusal_without_memory(png_of_size(60000, 60000)), message);
  EXPECT_EQ(refusal_without_memory(jpeg_of_size(60000, 60000)), message);
  EXPECT_EQ(refusal_without_memory(jpeg_of_size(60000, 60000, "progressive.jpg")), message);
}

TEST(ImageLimits, MorePixelsThanTheFileCanHoldAreRefused) {
  EXPECT_EQ(refusal_without_memory(png_of_size(10000, 10000)),
            "big: expected at most the 309600 pixels that a file of its size can hold, got "
            "10000x10000; it is damaged or cut off: copy it again or leave it out");
  EXPECT_EQ(refusal_without_memory(jpeg_of_size(10000, 10000)),
            "big: expected at most the 568320 pixels that a file of its size can hold, got "
            "10000x10000; it is damaged or cut off: copy it again or leave it out");
}

TEST(ImageLimits, ImagesWithoutPixelsAreRefused) {
  const auto complaint = [](std::string_view text) {
    return cat("big: expected a whole image, got '", text,
               "' from the decoder; it is damaged or cut off: copy it again or leave it out");
  };
  EXPECT_EQ(refusal_without_memory(png_of_size(0, 5)), complaint("Invalid IHDR data"));
  EXPECT_EQ(refusal_without_memory(jpeg_of_size(0, 5)),
            complaint("Empty JPEG image (DNL not supported)"));
}

}  // namespace
}  // namespace onecycle
