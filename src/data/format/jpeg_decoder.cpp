#include "data/format/jpeg_decoder.h"

#include <jerror.h>

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "data/format/exif.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

using namespace std::string_view_literals;

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr unsigned kLongestSegment = 0xffff;
constexpr auto kExifBegin = "Exif\0\0"sv;
// A progressive file may go over all of its pixels again and again; real ones do so 10 times.
constexpr int kMostScans = 500;
// A Huffman code has at least one bit, and each 8x8 block of the finest component at least one.
constexpr std::int64_t kMostPixelsPerByte = std::int64_t{8} * DCTSIZE2;

LongJump& jump_of(j_common_ptr info) { return *static_cast<LongJump*>(info->client_data); }

[[noreturn]] void leave_jpeg(j_common_ptr info) {
  std::array<char, JMSG_LENGTH_MAX> text{};
  info->err->format_message(info, text.data());
  jump_of(info).leave(text.data());
}

/// Warnings come with a level below 0. All mean that pixels are made up, but for these.
void complain_jpeg(j_common_ptr info, int level) {
  const int code = info->err->msg_code;
  const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_TOO_MUCH_DATA ||
                        code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR;
  if (level < 0 && !harmless) {
    leave_jpeg(info);
  }
}

void check_scans(j_common_ptr info) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the library's way of inheriting
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMostScans) {
    jump_of(info).leave("too many scans");
  }
}

PixelKind kind_of(J_COLOR_SPACE space) {
  return space == JCS_GRAYSCALE ? PixelKind::grey
         : space == JCS_CMYK    ? PixelKind::inverted_cmyk
                                : PixelKind::rgb;
}

}  // namespace

JpegDecoder::JpegDecoder(std::string_view bytes, const std::string& source,
                         const DecodeRequest& request)
    : ImageDecoder(source, request.channels) {
  jpeg_decompress_struct& info = handle_.info;
  info.err = jpeg_std_error(&errors_);
  info.client_data = &jump_;
  errors_.error_exit = &leave_jpeg;
  errors_.emit_message = &complain_jpeg;
  progress_.progress_monitor = &check_scans;
  run([&] {
    jpeg_create_decompress(&info);
    info.progress = &progress_;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are text elsewhere
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&info, kExifMarker, kLongestSegment);
    jpeg_read_header(&info, TRUE);
  });
  describe({.format = ImageFormat::jpeg,
            .size = {.height = info.image_height, .width = info.image_width},
            .channels = info.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3},
           find_orientation(),
           info.arith_code != FALSE ? kMostPixels
                                    : static_cast<std::int64_t>(bytes.size()) * kMostPixelsPerByte);
  prepare(request);
}

void JpegDecoder::prepare(const DecodeRequest& request) {
  jpeg_decompress_struct& info = handle_.info;
  if (info.jpeg_color_space == JCS_YCbCr || info.jpeg_color_space == JCS_RGB) {
    info.out_color_space = JCS_RGB;
  } else if (info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK) {
    info.out_color_space = JCS_CMYK;
  } else if (info.jpeg_color_space != JCS_GRAYSCALE) {
    fail_decoding(cat("colours of ", info.num_components, " unknown components"));
  }
  if (request.at_least) {
    info.scale_num = 1;
    info.scale_denom = find_reduction(oriented(*request.at_least, orientation()));
  }
  run([&] { jpeg_calc_output_dimensions(&info); });
  set_stored({.size = {.height = info.output_height, .width = info.output_width},
              .kind = kind_of(info.out_color_space)});
}

int JpegDecoder::find_orientation() const {
  for (const auto* marker = handle_.info.marker_list; marker != nullptr; marker = marker->next) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are text elsewhere
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (marker->marker == kExifMarker && data.starts_with(kExifBegin)) {
      return exif_orientation(data.substr(kExifBegin.size()));
    }
  }
  return 1;
}

/// The greatest of 1, 2, 4, 8 by which the image can be divided.
unsigned JpegDecoder::find_reduction(ImageSize at_least) const {
  unsigned reduction = 8;
  const auto reduced = [&](JDIMENSION size) { return (size + reduction - 1) / reduction; };
  while (reduction > 1 && (std::cmp_less(reduced(handle_.info.image_height), at_least.height) ||
                           std::cmp_less(reduced(handle_.info.image_width), at_least.width))) {
    reduction /= 2;
  }
  return reduction;
}

void JpegDecoder::read_stored(std::uint8_t* out) {
  jpeg_decompress_struct& info = handle_.info;
  run([&] {
    jpeg_start_decompress(&info);
    const std::size_t row_size = static_cast<std::size_t>(info.output_width) *
                                 static_cast<std::size_t>(info.output_components);
    while (info.output_scanline < info.output_height) {
      std::array<JSAMPROW, 8> rows{};
      JDIMENSION count = 0;
      for (; count < rows.size() && info.output_scanline + count < info.output_height; ++count) {
        rows[count] = out + (info.output_scanline + count) * row_size;
      }
      jpeg_read_scanlines(&info, rows.data(), count);
    }
  });
}

template <class Action>
void JpegDecoder::run(const Action& action) {
  if (!jump_.run(action)) {
    fail_decoding(jump_.reason());
  }
}

}  // namespace onecycle
