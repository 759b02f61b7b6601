// Small folders of images for tests.
#pragma once

#include <ATen/ops/full.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "onecycle/data/image.h"

namespace onecycle {

/// Writes a PNG of one colour or grey, with the folders above it.
inline void make_image(const std::filesystem::path& path, int value, ImageSize size = {4, 6},
                       std::int64_t channels = 3) {
  std::filesystem::create_directories(path.parent_path());
  // Without the waiting for the disk of `write_png`.
  std::ofstream(path, std::ios::binary)
      << encode_png(at::full({channels, size.height, size.width}, value, torch::kUInt8));
}

/// Writes a file that only looks like an image, by its name.
inline void make_bad_image(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << "no image";
}

}  // namespace onecycle
