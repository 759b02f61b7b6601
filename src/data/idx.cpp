#include "onecycle/data/idx.h"

#include <ATen/ops/_unique2.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <array>
#include <optional>

#include "data/format/idx_array.h"
#include "data/owned_bytes.h"
#include "data/split_after.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kImages = "images";
constexpr std::array<std::string_view, 2> kIdxParts{"train", "t10k"};
constexpr std::array<std::string_view, 4> kImageEndings{"-idx3-ubyte", ".idx3-ubyte",
                                                        "-idx3-ubyte.gz", ".idx3-ubyte.gz"};

/// The file of images of a part, if the folder has it.
std::optional<fs::path> find_idx_images(const fs::path& folder, std::string_view part) {
  for (const std::string_view ending : kImageEndings) {
    fs::path path = folder / cat(part, "-", kImages, ending);
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) {
      return path;
    }
  }
  return std::nullopt;
}

bool is_images_file(const fs::path& path) {
  const std::string name = path.filename().native();
  std::error_code ignored;
  return name.find(kImages) != std::string::npos && fs::is_regular_file(path, ignored) &&
         std::any_of(kImageEndings.begin(), kImageEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

/// The file of labels beside one of images; packed or not, whether that is or not.
fs::path labels_beside(const fs::path& images) {
  std::string name = images.filename().native();
  name.replace(name.find(kImages), kImages.size(), "labels");
  name.replace(name.rfind("idx3"), 4, "idx1");
  const fs::path same = images.parent_path() / name;
  const fs::path other = images.parent_path() /
                         (name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name + ".gz");
  std::error_code ignored;
  return fs::exists(same, ignored) || !fs::exists(other, ignored) ? same : other;
}

struct ImagesAndLabels {
  torch::Tensor images;  // uint8 [N, 1, height, width]
  torch::Tensor labels;  // uint8 [N]
};

ImagesAndLabels read_idx_part(const fs::path& path) {
  const fs::path labels_path = labels_beside(path);
  const torch::Tensor images = read_idx(path);
  require(images.dim() == 3 && images.scalar_type() == torch::kUInt8 && images.numel() > 0,
          ErrorKind::data, path.native(),
          ": expected grey images, uint8 [images, height, width], got ",
          torch::toString(images.scalar_type()), " ", c10::str(images.sizes()));
  const torch::Tensor labels = read_idx(labels_path);
  require(labels.dim() == 1 && labels.scalar_type() == torch::kUInt8 &&
              labels.size(0) == images.size(0),
          ErrorKind::data, labels_path.native(), ": expected a label for each of ", images.size(0),
          " images, uint8 [", images.size(0), "], got ", torch::toString(labels.scalar_type()), " ",
          c10::str(labels.sizes()));
  return {.images = images.unsqueeze(1), .labels = labels};
}

ImageArrays join_parts(const std::vector<fs::path>& files) {
  std::vector<torch::Tensor> images;
  std::vector<torch::Tensor> labels;
  for (const auto& file : files) {
    auto part = read_idx_part(file);
    images.push_back(std::move(part.images));
    labels.push_back(std::move(part.labels));
    require(images.back().sizes().slice(1) == images.front().sizes().slice(1), ErrorKind::data,
            file.native(), ": expected images of ", images.front().size(3), "x",
            images.front().size(2), " as ", files.front().native(), " has, got ",
            images.back().size(3), "x", images.back().size(2));
  }
  ImageArrays arrays{.images = images.size() == 1 ? images.front() : at::cat(images),
                     .targets = {},
                     .classes = {},
                     .parts = {}};
  const torch::Tensor all = at::cat(labels);
  const auto [values, targets, counts] = at::_unique2(all, /*sorted=*/true, true, false);
  for (std::int64_t i = 0; i < values.size(0); ++i) {
    arrays.classes.push_back(cat(values[i].item<std::int64_t>()));
  }
  arrays.targets = targets;
  require(arrays.classes.size() >= 2, ErrorKind::data, files.front().native(),
          ": expected labels of at least two classes, got '", arrays.classes.front(), "' alone");
  if (files.size() == 2) {
    arrays.parts = split_after(images.front().size(0), arrays.images.size(0));
  }
  return arrays;
}

std::vector<fs::path> find_idx_files(const fs::path& path) {
  if (is_images_file(path)) {
    return {path};
  }
  std::vector<fs::path> files;
  for (const std::string_view part : kIdxParts) {
    if (auto file = find_idx_images(path, part)) {
      files.push_back(std::move(*file));
    }
  }
  return files;
}

}  // namespace

torch::Tensor read_idx(const fs::path& path) {
  // In the order of idx_types().
  constexpr std::array kScalars{torch::kUInt8, torch::kInt8,    torch::kInt16,
                                torch::kInt32, torch::kFloat32, torch::kFloat64};
  IdxArray array = parse_idx(read_file(path), path.native());
  return tensor_of(std::move(array.data), array.shape, kScalars.at(array.type));
}

bool holds_idx(const fs::path& path) { return !find_idx_files(path).empty(); }

ImageArrays open_idx(const fs::path& path) {
  const std::vector<fs::path> files = find_idx_files(path);
  require(
      !files.empty(), ErrorKind::data, path.native(),
      ": expected train-images-idx3-ubyte or t10k-images-idx3-ubyte, plain or .gz, got neither");
  return join_parts(files);
}

}  // namespace onecycle
