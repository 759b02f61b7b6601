// Folders of images, one for each class, as a data set that is decoded when it is used.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "onecycle/data/dataset.h"
#include "onecycle/data/image_files.h"
#include "onecycle/data/task.h"

namespace onecycle {

class ImageListing;

/// An image that cannot be decoded.
struct BadImage {
  std::int64_t index = 0;
  std::string message;  ///< begins with the file's name
};

/// What decoding every image of a data set showed.
struct ImageSurvey {
  /// How many images there are of each size, before any resizing; the most frequent size first.
  std::vector<std::pair<ImageSize, std::int64_t>> sizes;
  std::int64_t grey = 0;  ///< how many images have no colours
  std::vector<BadImage> bad;
};

/// Images in files, which `get` decodes each time.
class ImageFolderDataset final : public Dataset {
 public:
  /// `targets`: int64 [images], the class of each.
  ImageFolderDataset(std::shared_ptr<const ImageListing> images, torch::Tensor targets,
                     ImageForm form);

  [[nodiscard]] std::int64_t size() const override { return targets_.size(0); }
  /// Inputs: uint8 [n, channels, height, width], in memory [n, height, width, channels]. May be
  /// called from several threads at once. Throws a data error that names the file; see
  /// `read_image_files`.
  [[nodiscard]] Batch get(const torch::Tensor& indices) const override;

  [[nodiscard]] const torch::Tensor& targets() const { return targets_; }
  [[nodiscard]] const ImageForm& form() const { return form_; }
  [[nodiscard]] std::filesystem::path path(std::int64_t index) const;

  /// Decodes every image, in as many threads; 0: one for each processor.
  [[nodiscard]] ImageSurvey survey(int threads = 0) const;

 private:
  std::shared_ptr<const ImageListing> images_;
  torch::Tensor targets_;
  ImageForm form_;
};

/// What becomes of images that cannot be decoded.
enum class BadImages {
  fatal,  ///< an error, when one comes up
  skip    ///< opening the folder decodes all images once and leaves these out
};

struct ImageFolderOptions {
  /// Nothing: that of the first image; then all must have it.
  std::optional<ImageSize> size = {};
  ResizeMethod resize = ResizeMethod::crop;  ///< how they are brought to `size`
  /// 1: grey, 3: RGB. Nothing: 1 if a sample of 64 images is all grey, else 3.
  std::optional<std::int64_t> channels = {};
  BadImages bad = BadImages::fatal;
};

struct ImageFolder {
  std::shared_ptr<const ImageFolderDataset> examples;  ///< for training first; by class and name
  std::vector<std::string> classes;
  std::optional<SplitIndices> parts;  ///< if the folders say which images are for validation
  std::vector<BadImage> left_out;     ///< with `BadImages::skip`; their indices count all images
  std::int64_t others = 0;  ///< files and folders beside the images, which are passed over
};

/// Opens `root` with the folders train/CLASS and valid/CLASS, or val/ or else test/ in place of
/// valid/, or else the folders CLASS alone. Images are the files .jpg, .jpeg, .png, in letters of
/// any case; links are followed and hidden files passed over. Classes are in alphabetical order.
///
/// Only names are read, and the headers of a few images: a folder of 100,000 opens in a second.
/// Throws a data error for a folder that is not so: fewer than two classes, a class without images
/// for training, one that is there for validation only; and if the images that were looked at
/// differ in size where `options` name none.
ImageFolder open_image_folder(const std::filesystem::path& root,
                              const ImageFolderOptions& options = {});

}  // namespace onecycle
