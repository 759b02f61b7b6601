// The images in folders of classes: their names, and nothing read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// Names of images, folder by folder. A hundred thousand take a few megabytes.
class ImageListing {
 public:
  struct Folder {
    std::filesystem::path path;
    std::int64_t class_index = 0;
    bool valid = false;      ///< its images are for validation
    std::int64_t begin = 0;  ///< the index of its first image
  };

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(ends_.size()); }
  /// The folder of the image at `index`.
  [[nodiscard]] const Folder& folder(std::int64_t index) const;
  [[nodiscard]] std::filesystem::path path(std::int64_t index) const;

  /// The images added next are in this folder.
  void add_folder(Folder folder);
  void add_image(std::string_view name);
  /// The same without the images at `indices`, in ascending order.
  [[nodiscard]] ImageListing without(const std::vector<std::int64_t>& indices) const;

 private:
  [[nodiscard]] std::string_view name(std::int64_t index) const;

  std::vector<Folder> folders_;
  std::string names_;                // of all images, one after the other
  std::vector<std::uint64_t> ends_;  // of each name in `names_`
};

/// What a folder of images holds.
struct FoundImages {
  ImageListing images;               ///< for training first; by class, then by name
  std::vector<std::string> classes;  ///< in alphabetical order
  bool parts = false;                ///< whether there is a folder for validation
  std::int64_t others = 0;           ///< files and folders beside the images that were passed over
};

/// Lists the images of `root`; see `open_image_folder` for what it expects there.
FoundImages find_images(const std::filesystem::path& root);

}  // namespace onecycle
