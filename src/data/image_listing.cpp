#include "data/image_listing.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <system_error>

#include "onecycle/core/error.h"
#include "onecycle/data/image_files.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kValidFolders{"valid", "val", "test"};

bool is_hidden(const std::string& name) { return name.starts_with('.'); }

bool has_image_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kExtensions{".jpg", ".jpeg", ".png"};
  return std::any_of(kExtensions.begin(), kExtensions.end(), [&](std::string_view extension) {
    return name.size() > extension.size() &&
           std::equal(extension.begin(), extension.end(), name.end() - extension.size(),
                      [](char a, char b) {
                        return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
                      });
  });
}

/// Calls `visit` for each entry of a folder that is not hidden.
template <class Visit>
void for_each_entry(const fs::path& folder, Visit visit) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::string name = entries->path().filename().native();
    if (!is_hidden(name)) {
      visit(*entries, std::move(name));
    }
  }
  require(!error, ErrorKind::data, folder.native(), ": cannot be read: ", error.message());
}

std::vector<std::string> subfolders(const fs::path& folder) {
  std::vector<std::string> names;
  for_each_entry(folder, [&](const fs::directory_entry& entry, std::string name) {
    std::error_code ignored;
    if (entry.is_directory(ignored)) {
      names.push_back(std::move(name));
    }
  });
  std::sort(names.begin(), names.end());
  return names;
}

bool has_folder(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A file, or a link to where nothing is: reading it will say so.
bool is_file(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_regular_file(ignored) || (entry.is_symlink(ignored) && !entry.exists(ignored));
}

void add_images_below(const fs::path& folder, std::vector<fs::path>& files) {
  for_each_entry(folder, [&](const fs::directory_entry& entry, const std::string& name) {
    std::error_code ignored;
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      add_images_below(entry.path(), files);
    } else if (has_image_name(name) && is_file(entry)) {
      files.push_back(entry.path());
    }
  });
}

/// Adds the images of a class; returns how many there are.
std::size_t add_class(FoundImages& found, ImageListing::Folder folder) {
  std::vector<std::string> names;
  for_each_entry(folder.path, [&](const fs::directory_entry& entry, std::string name) {
    if (has_image_name(name) && is_file(entry)) {
      names.push_back(std::move(name));
    } else {
      ++found.others;
    }
  });
  std::sort(names.begin(), names.end());
  found.images.add_folder(std::move(folder));
  for (const auto& name : names) {
    found.images.add_image(name);
  }
  return names.size();
}

void add_training(FoundImages& found, const fs::path& folder) {
  found.classes = subfolders(folder);
  require(found.classes.size() >= 2, ErrorKind::data, folder.native(),
          ": expected a folder of images for each of at least two classes, got ",
          found.classes.empty() ? "no folder" : cat("'", found.classes.front(), "' alone"),
          "; put the images of each class into a folder of its name, in the folder itself or in "
          "train/ and valid/");
  for (std::size_t i = 0; i < found.classes.size(); ++i) {
    const fs::path path = folder / found.classes[i];
    const std::size_t added = add_class(
        found, {.path = path, .class_index = static_cast<std::int64_t>(i), .valid = false});
    require(added > 0, ErrorKind::data, path.native(),
            ": expected images in the folder of a class (.jpg, .jpeg, .png), got none; convert "
            "those of other formats, or remove the folder");
  }
}

void add_validation(FoundImages& found, const fs::path& folder) {
  for (const auto& name : subfolders(folder)) {
    const auto same = std::find(found.classes.begin(), found.classes.end(), name);
    require(same != found.classes.end(), ErrorKind::data, (folder / name).native(),
            ": expected a class that train/ has, got '", name, "'",
            suggest_name(name, found.classes));
    add_class(found,
              {.path = folder / name, .class_index = same - found.classes.begin(), .valid = true});
  }
}

}  // namespace

const ImageListing::Folder& ImageListing::folder(std::int64_t index) const {
  // The last folder that begins at or before the image: ones before it may be empty.
  const auto after =
      std::upper_bound(folders_.begin(), folders_.end(), index,
                       [](std::int64_t i, const Folder& folder) { return i < folder.begin; });
  return *std::prev(after);
}

std::string_view ImageListing::name(std::int64_t index) const {
  const auto i = static_cast<std::size_t>(index);
  const std::uint64_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(names_).substr(begin, ends_[i] - begin);
}

fs::path ImageListing::path(std::int64_t index) const { return folder(index).path / name(index); }

void ImageListing::add_folder(Folder folder) {
  folder.begin = size();
  folders_.push_back(std::move(folder));
}

void ImageListing::add_image(std::string_view name) {
  names_ += name;
  ends_.push_back(names_.size());
}

ImageListing ImageListing::without(const std::vector<std::int64_t>& indices) const {
  ImageListing kept;
  auto next_folder = folders_.begin();
  auto next_left_out = indices.begin();
  for (std::int64_t i = 0; i < size(); ++i) {
    for (; next_folder != folders_.end() && next_folder->begin <= i; ++next_folder) {
      kept.add_folder(*next_folder);
    }
    if (next_left_out != indices.end() && *next_left_out == i) {
      ++next_left_out;
    } else {
      kept.add_image(name(i));
    }
  }
  return kept;
}

std::vector<fs::path> list_image_files(const fs::path& folder) {
  std::vector<fs::path> files;
  add_images_below(folder, files);
  require(!files.empty(), ErrorKind::data, folder.native(),
          ": expected images (.jpg, .jpeg, .png) in the folder or below it, got none");
  std::sort(files.begin(), files.end());
  return files;
}

FoundImages find_images(const fs::path& root) {
  FoundImages found;
  const std::vector<std::string> folders = subfolders(root);
  if (!has_folder(folders, "train")) {
    require(!has_folder(folders, "valid") && !has_folder(folders, "val"), ErrorKind::data,
            root.native(), ": expected the folder train/ beside that for validation, got none");
    add_training(found, root);
    return found;
  }
  add_training(found, root / "train");
  const auto* valid =
      std::find_if(kValidFolders.begin(), kValidFolders.end(),
                   [&](std::string_view name) { return has_folder(folders, name); });
  if (valid != kValidFolders.end()) {
    const std::int64_t training = found.images.size();
    add_validation(found, root / *valid);
    require(found.images.size() > training, ErrorKind::data, (root / *valid).native(),
            ": expected folders of classes with images for validation, got none; remove it to "
            "have images of train/ put aside instead");
    found.parts = true;
  }
  return found;
}

}  // namespace onecycle
