#include "data/format/png_encoder.h"

#include <png.h>

#include <new>

#include "data/format/long_jump.h"
#include "data/format/png_errors.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

struct PngWriteHandle {
  png_structp png = nullptr;
  png_infop info = nullptr;
  PngWriteHandle() = default;
  PngWriteHandle(const PngWriteHandle&) = delete;
  PngWriteHandle& operator=(const PngWriteHandle&) = delete;
  ~PngWriteHandle() { png_destroy_write_struct(&png, &info); }
};

void append_png(png_structp png, png_bytep bytes, std::size_t size) {
  bool added = true;
  try {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are text elsewhere
    static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<char*>(bytes), size);
  } catch (const std::bad_alloc&) {
    added = false;
  }
  if (!added) {
    png_error(png, "no memory for the file");
  }
}

}  // namespace

std::string encode_png_pixels(const std::uint8_t* pixels, ImageSize size, std::int64_t channels) {
  std::string file;
  LongJump jump;
  PngWriteHandle handle;
  const bool done = jump.run([&] {
    handle.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &jump, &leave_png, &ignore_png);
    handle.info = handle.png == nullptr ? nullptr : png_create_info_struct(handle.png);
    if (handle.info == nullptr) {
      jump.leave("it cannot be used");
    }
    png_set_write_fn(handle.png, &file, &append_png, nullptr);
    png_set_IHDR(handle.png, handle.info, static_cast<png_uint_32>(size.width),
                 static_cast<png_uint_32>(size.height), 8,
                 channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(handle.png, handle.info);
    for (std::int64_t row = 0; row < size.height; ++row) {
      png_write_row(handle.png, pixels + row * size.width * channels);
    }
    png_write_end(handle.png, nullptr);
  });
  require(done, ErrorKind::internal, "libpng: ", jump.reason());
  return file;
}

}  // namespace onecycle
