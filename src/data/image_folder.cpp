#include "onecycle/data/image_folder.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <map>

#include "data/format/image_decoder.h"
#include "data/image_listing.h"
#include "data/parallel.h"
#include "data/split_after.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

constexpr std::int64_t kSampledImages = 64;

struct SurveyedImage {
  ImageHeader header;
  std::string complaint;  // empty if it could be decoded
};

SurveyedImage survey_image(const std::filesystem::path& path) {
  SurveyedImage result;
  try {
    const std::string bytes = read_file(path);
    // An eighth of the size needs all of the file, but little of the work.
    const auto decoder =
        open_image(bytes, path.native(), {.at_least = ImageSize{.height = 1, .width = 1}});
    const auto [height, width] = decoder->size();
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(height * width * 3));
    decoder->decode(pixels.data());
    result.header = decoder->header();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) {
      throw;
    }
    result.complaint = error.what();
  }
  return result;
}

ImageSurvey survey_images(const ImageListing& images, int threads) {
  std::vector<SurveyedImage> all(static_cast<std::size_t>(images.size()));
  parallel_for(images.size(), threads, [&](std::int64_t i) {
    all[static_cast<std::size_t>(i)] = survey_image(images.path(i));
  });
  ImageSurvey survey;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> counts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].complaint.empty()) {
      survey.bad.push_back(
          {.index = static_cast<std::int64_t>(i), .message = std::move(all[i].complaint)});
      continue;
    }
    const auto& header = all[i].header;
    ++counts[{header.size.height, header.size.width}];
    survey.grey += header.channels == 1 ? 1 : 0;
  }
  for (const auto& [size, count] : counts) {
    survey.sizes.push_back({{.height = size.first, .width = size.second}, count});
  }
  std::stable_sort(survey.sizes.begin(), survey.sizes.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return survey;
}

struct SampledImage {
  std::filesystem::path path;
  ImageHeader header;
};

/// Headers of images spread evenly over all. Those that cannot be read are passed over here, if
/// they are not all so.
std::vector<SampledImage> sample_images(const ImageListing& images) {
  const std::int64_t count = std::min(images.size(), kSampledImages);
  std::vector<SampledImage> samples;
  std::optional<Error> first_error;
  for (std::int64_t i = 0; i < count; ++i) {
    std::filesystem::path path = images.path(i * images.size() / count);
    try {
      const ImageHeader header = read_image_header(read_file(path), path.native());
      samples.push_back({.path = std::move(path), .header = header});
    } catch (const Error& error) {
      first_error = first_error.value_or(error);
    }
  }
  if (samples.empty()) {
    throw Error(*first_error);
  }
  return samples;
}

ImageForm find_form(const ImageListing& images, const ImageFolderOptions& options) {
  if (options.size && options.channels) {
    return {.channels = *options.channels, .size = *options.size, .resize = options.resize};
  }
  const std::vector<SampledImage> samples = sample_images(images);
  const bool grey = std::all_of(samples.begin(), samples.end(), [](const SampledImage& sample) {
    return sample.header.channels == 1;
  });
  const std::int64_t channels = options.channels.value_or(grey ? 1 : 3);
  if (options.size) {
    return {.channels = channels, .size = *options.size, .resize = options.resize};
  }
  const auto& [first, header] = samples.front();
  for (const auto& [path, other] : samples) {
    require(other.size == header.size, ErrorKind::data, path.native(), ": expected an image of ",
            to_string(header.size), " as ", first.native(), " is, got ", to_string(other.size),
            "; give one size, which all are brought to (--image-size)");
  }
  return {.channels = channels, .size = header.size, .resize = std::nullopt};
}

torch::Tensor class_indices(const ImageListing& images) {
  torch::Tensor targets = at::empty({images.size()}, torch::kLong);
  auto* out = targets.mutable_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < images.size(); ++i) {
    out[i] = images.folder(i).class_index;
  }
  return targets;
}

SplitIndices parts_of(const ImageListing& images) {
  std::int64_t training = 0;
  while (training < images.size() && !images.folder(training).valid) {
    ++training;
  }
  return split_after(training, images.size());
}

ImageListing leave_out_bad(const ImageListing& images, ImageFolder& folder) {
  folder.left_out = survey_images(images, /*threads=*/0).bad;
  std::vector<std::int64_t> indices;
  indices.reserve(folder.left_out.size());
  for (const auto& bad : folder.left_out) {
    indices.push_back(bad.index);
  }
  return images.without(indices);
}

/// Every class must keep an image for training, and a folder for validation an image.
void check_the_rest(const ImageFolder& folder, const torch::Tensor& targets,
                    const std::filesystem::path& root) {
  const auto* classes = targets.const_data_ptr<std::int64_t>();
  const auto training =
      folder.parts ? static_cast<std::int64_t>(folder.parts->train.size()) : targets.size(0);
  for (std::size_t i = 0; i < folder.classes.size(); ++i) {
    require(
        std::find(classes, classes + training, static_cast<std::int64_t>(i)) != classes + training,
        ErrorKind::data, root.native(), ": class '", folder.classes[i],
        "': expected an image for training that can be decoded, got none; the first reason: ",
        folder.left_out.front().message);
  }
  require(!folder.parts || !folder.parts->valid.empty(), ErrorKind::data, root.native(),
          ": expected an image for validation that can be decoded, got none; the last reason: ",
          folder.left_out.back().message);
}

}  // namespace

ImageFolderDataset::ImageFolderDataset(std::shared_ptr<const ImageListing> images,
                                       torch::Tensor targets, ImageForm form)
    : images_(std::move(images)), targets_(std::move(targets)), form_(form) {}

Batch ImageFolderDataset::get(const torch::Tensor& indices) const {
  std::vector<std::filesystem::path> paths;
  paths.reserve(static_cast<std::size_t>(indices.size(0)));
  const torch::Tensor in_order = indices.contiguous();
  const auto* index = in_order.const_data_ptr<std::int64_t>();
  std::transform(index, index + in_order.size(0), std::back_inserter(paths),
                 [&](std::int64_t i) { return images_->path(i); });
  return {.inputs = read_image_files(paths, form_), .targets = targets_.index_select(0, in_order)};
}

std::filesystem::path ImageFolderDataset::path(std::int64_t index) const {
  return images_->path(index);
}

ImageSurvey ImageFolderDataset::survey(int threads) const {
  return survey_images(*images_, threads);
}

ImageFolder open_image_folder(const std::filesystem::path& root,
                              const ImageFolderOptions& options) {
  require(!options.channels || *options.channels == 1 || *options.channels == 3, ErrorKind::usage,
          "image folder: expected 1 channel (grey) or 3 (RGB), got ", options.channels.value_or(0));
  FoundImages found = find_images(root);
  ImageFolder folder{.examples = {},
                     .classes = std::move(found.classes),
                     .parts = {},
                     .left_out = {},
                     .others = found.others};
  if (options.bad == BadImages::skip) {
    found.images = leave_out_bad(found.images, folder);
  }
  const torch::Tensor targets = class_indices(found.images);
  if (found.parts) {
    folder.parts = parts_of(found.images);
  }
  if (!folder.left_out.empty()) {
    check_the_rest(folder, targets, root);
  }
  const ImageForm form = find_form(found.images, options);
  folder.examples = std::make_shared<const ImageFolderDataset>(
      std::make_shared<const ImageListing>(std::move(found.images)), targets, form);
  return folder;
}

}  // namespace onecycle
