#include "data/format/png_decoder.h"

#include <algorithm>

#include "data/format/png_errors.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

// Source: RFC 1951: 258 bytes for a length and a distance of one bit each.
constexpr std::int64_t kDeflateRatio = 1032;

}  // namespace

PngDecoder::PngDecoder(std::string_view bytes, const std::string& source,
                       const DecodeRequest& request)
    : ImageDecoder(source, request.channels), rest_(bytes), file_size_(bytes.size()) {
  run([&] {
    handle_.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &jump_, &leave_png, &ignore_png);
    handle_.info = handle_.png == nullptr ? nullptr : png_create_info_struct(handle_.png);
  });
  require(handle_.info != nullptr, ErrorKind::internal, "libpng: cannot be used; it lacks memory, ",
          "or is another version than it was built with");
  run([&] { read_header(); });
  const bool colour = (png_get_color_type(handle_.png, handle_.info) & PNG_COLOR_MASK_COLOR) != 0;
  const ImageSize size{.height = png_get_image_height(handle_.png, handle_.info),
                       .width = png_get_image_width(handle_.png, handle_.info)};
  describe({.format = ImageFormat::png, .size = size, .channels = colour ? 3 : 1},
           /*orientation=*/1, find_room());
  run([&] {
    png_set_expand(handle_.png);  // palettes to RGB, few bits to 8, a transparent colour to alpha
    png_set_strip_16(handle_.png);
    png_set_interlace_handling(handle_.png);
    png_read_update_info(handle_.png, handle_.info);
  });
  constexpr std::array kKinds{PixelKind::grey, PixelKind::grey_alpha, PixelKind::rgb,
                              PixelKind::rgba};
  set_stored({.size = size, .kind = kKinds.at(png_get_channels(handle_.png, handle_.info) - 1U)});
}

void PngDecoder::read_header() {
  png_set_read_fn(handle_.png, this, &PngDecoder::fetch);
  // Texts, profiles and the like, which may be packed a thousandfold, are passed over.
  png_set_keep_unknown_chunks(handle_.png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_read_info(handle_.png, handle_.info);
}

std::int64_t PngDecoder::find_room() const {
  const std::int64_t depth = png_get_bit_depth(handle_.png, handle_.info);
  const std::int64_t bits = depth * png_get_channels(handle_.png, handle_.info);
  return static_cast<std::int64_t>(file_size_) * kDeflateRatio * 8 / bits;
}

void PngDecoder::fetch(png_structp png, png_bytep out, std::size_t size) {
  auto& self = *static_cast<PngDecoder*>(png_get_io_ptr(png));
  if (size > self.rest_.size()) {
    self.jump_.leave("end of the file");
  }
  std::copy_n(self.rest_.begin(), size, out);
  self.rest_.remove_prefix(size);
}

void PngDecoder::read_stored(std::uint8_t* out) {
  const std::size_t row_size = png_get_rowbytes(handle_.png, handle_.info);
  rows_.resize(png_get_image_height(handle_.png, handle_.info));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i] = out + i * row_size;
  }
  run([&] { png_read_image(handle_.png, rows_.data()); });
}

template <class Action>
void PngDecoder::run(const Action& action) {
  if (!jump_.run(action)) {
    fail_decoding(jump_.reason());
  }
}

}  // namespace onecycle
