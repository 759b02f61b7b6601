// Files of images to one tensor.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "onecycle/data/image_header.h"
#include "onecycle/data/resize.h"

namespace onecycle {

/// The one form that images are brought to.
struct ImageForm {
  std::int64_t channels = 3;  ///< 1: grey, 3: RGB
  ImageSize size;
  /// How images of other sizes are brought to `size`; nothing: they are refused.
  std::optional<ResizeMethod> resize = ResizeMethod::crop;
};

/// Reads images: uint8 [files, channels, height, width], in memory [files, height, width,
/// channels]; may be called from several threads at once. A JPEG of more than twice the size is
/// reduced while it is decoded. Throws a data error that names the file for one that cannot be
/// decoded, or is of another size where `form` has no `resize`; a usage error for other channels.
torch::Tensor read_image_files(const std::vector<std::filesystem::path>& paths,
                               const ImageForm& form);

/// The files with names of images (.jpg, .jpeg, .png, in any case) in `folder` and in the folders
/// below it, by path; hidden ones and links to folders are passed over. Throws a data error if one
/// of the folders cannot be read, or if there is no such file.
std::vector<std::filesystem::path> list_image_files(const std::filesystem::path& folder);

}  // namespace onecycle
