#include "onecycle/data/image_files.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include "data/format/image_decoder.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

/// A JPEG is reduced by averages over blocks, which is coarser than antialiased resizing: from
/// twice the size on, the difference cannot be seen.
ImageSize reduction_limit(ImageSize size) {
  return {.height = 2 * size.height, .width = 2 * size.width};
}

void read_image_into(std::uint8_t* out, const std::filesystem::path& path, const ImageForm& form) {
  const std::string bytes = read_file(path);
  DecodeRequest request{.channels = form.channels};
  if (form.resize) {
    request.at_least = reduction_limit(form.size);
  }
  const auto decoder = open_image(bytes, path.native(), request);
  const ImageSize size = decoder->size();
  if (size == form.size) {
    decoder->decode(out);
    return;
  }
  require(form.resize.has_value(), ErrorKind::data, path.native(), ": expected an image of ",
          to_string(form.size), ", got ", to_string(size),
          "; give one size, which all are brought to (--image-size)");
  const torch::Tensor image = at::empty({size.height, size.width, form.channels}, torch::kUInt8);
  decoder->decode(image.mutable_data_ptr<std::uint8_t>());
  at::from_blob(out, {form.size.height, form.size.width, form.channels}, torch::kUInt8)
      .copy_(resize_image(image.permute({2, 0, 1}), form.size, *form.resize).permute({1, 2, 0}));
}

}  // namespace

torch::Tensor read_image_files(const std::vector<std::filesystem::path>& paths,
                               const ImageForm& form) {
  require(form.size.height >= 1 && form.size.width >= 1, ErrorKind::usage,
          "image: expected sides of at least 1 pixel, got ", to_string(form.size));
  const auto count = static_cast<std::int64_t>(paths.size());
  const torch::Tensor pixels =
      at::empty({count, form.size.height, form.size.width, form.channels}, torch::kUInt8);
  auto* out = pixels.mutable_data_ptr<std::uint8_t>();
  for (const auto& path : paths) {
    read_image_into(out, path, form);
    out += form.size.height * form.size.width * form.channels;
  }
  return pixels.permute({0, 3, 1, 2});
}

}  // namespace onecycle
