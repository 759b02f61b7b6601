#include "onecycle/data/image.h"

#include <ATen/ops/empty.h>

#include "data/format/image_decoder.h"
#include "data/format/png_encoder.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {

torch::Tensor decode_image(std::string_view bytes, const std::string& source,
                           const DecodeOptions& options) {
  const auto decoder =
      open_image(bytes, source, {.channels = options.channels, .at_least = options.at_least});
  const auto [height, width] = decoder->size();
  const torch::Tensor pixels = at::empty({height, width, options.channels}, torch::kUInt8);
  decoder->decode(pixels.mutable_data_ptr<std::uint8_t>());
  return pixels.permute({2, 0, 1});
}

torch::Tensor read_image(const std::filesystem::path& path, const DecodeOptions& options) {
  return decode_image(read_file(path), path.native(), options);
}

std::string encode_png(const torch::Tensor& image) {
  require(image.dim() == 3 && (image.size(0) == 1 || image.size(0) == 3) && image.numel() > 0 &&
              image.scalar_type() == torch::kUInt8,
          ErrorKind::usage, "PNG: expected uint8 [1 or 3, height, width], got ",
          torch::toString(image.scalar_type()), " ", c10::str(image.sizes()));
  const torch::Tensor pixels = image.permute({1, 2, 0}).cpu().contiguous();
  return encode_png_pixels(pixels.const_data_ptr<std::uint8_t>(),
                           {.height = image.size(1), .width = image.size(2)}, image.size(0));
}

void write_png(const std::filesystem::path& path, const torch::Tensor& image) {
  write_file(path, encode_png(image));
}

}  // namespace onecycle
