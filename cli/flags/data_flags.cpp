#include "flags/data_flags.h"

#include <cstdio>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle::cli {
namespace {

TableOptions table_options(const DataFlags& flags) {
  TableOptions options{.target = flags.target.value_or(""), .task = {}};
  if (flags.task) {
    const bool regression = *flags.task == to_string(TaskKind::regression);
    require(regression || *flags.task == to_string(TaskKind::classification), ErrorKind::usage,
            "--task: expected classification or regression, got '", *flags.task, "'");
    options.task = regression ? TaskKind::regression : TaskKind::classification;
  }
  return options;
}

/// `32`, a square, or `128x96`: width, then height.
ImageSize parse_size(const std::string& text) {
  const auto sides = split(text, 'x');
  const auto width = parse_integer(sides.front());
  const auto height = parse_integer(sides.back());
  require(sides.size() <= 2 && width && height && *width >= 1 && *height >= 1 &&
              *width <= kMostPixels / *height,
          ErrorKind::usage, "--image-size: expected pixels, as in 224 or 320x240, got '", text,
          "'");
  return {.height = *height, .width = *width};
}

ImageFolderOptions image_options(const DataFlags& flags) {
  ImageFolderOptions options;
  if (flags.image_size) {
    options.size = parse_size(*flags.image_size);
  }
  options.resize = resize_method(flags.resize);
  options.channels = flags.channels;
  require(!flags.channels || *flags.channels == 1 || *flags.channels == 3, ErrorKind::usage,
          "--channels: expected 1 (grey) or 3 (colour), got ", flags.channels.value_or(0));
  options.bad = parse_bad_images(flags.bad_images);
  return options;
}

/// `auto`, bytes of memory, or a file, which is told by its slash or dot.
CacheOptions cache_options(const std::string& text) {
  CacheOptions options;
  if (const auto bytes = parse_bytes(text)) {
    options.limit = bytes;
  } else if (text != "auto") {
    require(text.find_first_of("/.") != std::string::npos, ErrorKind::usage,
            "--cache: expected auto, bytes as in 2GiB or 0, or a file as in ./photos.cache, got '",
            text, "'");
    options.path = text;
  }
  return options;
}

std::optional<ChannelStatistics> parse_statistics(const std::optional<std::string>& text) {
  if (!text || *text == "data") {
    return std::nullopt;
  }
  if (*text == "imagenet") {
    return imagenet_statistics();
  }
  if (*text == "cifar10") {
    return cifar10_statistics();
  }
  require(*text == "cifar100", ErrorKind::usage,
          "--normalize: expected data, imagenet, cifar10 or cifar100, got '", *text, "'");
  return cifar100_statistics();
}

/// Names for completion.
Arguments augmentation_names() {
  Arguments names{"none"};
  for (const AugmentationInfo& info : augmentations()) {
    names.push_back(info.name);
  }
  return names;
}

}  // namespace

void add_data(CommandLine& line, DataFlags& flags) {
  line.operand({.name = "data",
                .label = "DATA",
                .help = "digits, a CSV file, or a folder of images; see onecycle data",
                .choices = {"digits"}},
               &flags.source);
}

void add_reading_flags(CommandLine& line, DataFlags& flags) {
  line.heading("Data");
  line.option({.name = "target",
               .label = "COLUMN",
               .help = "what to predict",
               .default_note = "target, label, class or y, else the last column"},
              &flags.target);
  line.option({.name = "task",
               .label = "NAME",
               .help = "classification or regression",
               .default_note = "as the target looks",
               .choices = {"classification", "regression"}},
              &flags.task);
  line.option({.name = "image-size",
               .label = "N|WxH",
               .help = "pixels to which images are brought",
               .default_note = "those of the first image, which all must have"},
              &flags.image_size);
  line.option({.name = "resize",
               .label = "NAME",
               .help = "how: crop (the middle), pad, or squish",
               .choices = {"crop", "pad", "squish"}},
              &flags.resize);
  line.option({.name = "channels",
               .label = "1|3",
               .help = "of images: grey or colour",
               .range = {.low = 1, .high = 3},
               .default_note = "as they are"},
              &flags.channels);
  add_bad_images_flag(line, "skip looks at all first", flags.bad_images);
  line.option({.name = "check", .help = "read every image before the work begins"}, &flags.check);
}

void add_bad_images_flag(CommandLine& line, const std::string& skipping, std::string& choice) {
  line.option({.name = "bad-images",
               .label = "fatal|skip",
               .help = cat("what to do with images that cannot be read; ", skipping),
               .choices = {"fatal", "skip"}},
              &choice);
}

BadImages parse_bad_images(const std::string& choice) {
  require(choice == "fatal" || choice == "skip", ErrorKind::usage,
          "--bad-images: expected fatal or skip, got '", choice, "'");
  return choice == "skip" ? BadImages::skip : BadImages::fatal;
}

void add_preparation_flags(CommandLine& line, DataFlags& flags) {
  line.heading("Data");
  line.option({.name = "valid",
               .label = "FRACTION",
               .help = "part of the examples put aside for validation",
               .range = {.low = 0.0, .high = 1.0, .high_open = true},
               .default_note = "DATA's own, else 0.2"},
              &flags.valid);
  line.option({.name = "split-seed",
               .label = "N",
               .help = "of the choice of validation examples",
               .range = kNotNegative,
               .default_note = "the seed"},
              &flags.split_seed);
  line.option({.name = "augment",
               .label = "A,B",
               .help = "changes of training images, as in 'crop(4),flip'; see onecycle data",
               .choices = augmentation_names()},
              &flags.augment);
  line.option({.name = "normalize",
               .label = "NAME",
               .help = "mean and deviation of the pixels: data, imagenet, cifar10 or cifar100",
               .default_note = "data; with --weights theirs, else imagenet",
               .choices = {"data", "imagenet", "cifar10", "cifar100"}},
              &flags.normalize);
  line.option({.name = "cache",
               .label = "BYTES|FILE",
               .help = "memory for decoded images, as in 2GiB, or a file that keeps them; auto: a "
                       "quarter of the memory that is free"},
              &flags.cache);
  line.option({.name = "workers",
               .label = "N",
               .help = "threads that make batches of images ahead",
               .range = {.low = 0, .high = 256},
               .default_note = "one a core, at most 8"},
              &flags.workers);
}

DataPlan plan_data(const DataFlags& flags) {
  return {.reading = {.table = table_options(flags), .images = image_options(flags)},
          .split = {.valid = flags.valid,
                    .images = {.augment = parse_augment(flags.augment),
                               .normalize = parse_statistics(flags.normalize),
                               .cache = cache_options(flags.cache)}}};
}

SplitData divide(const DataFlags& flags, const LoadedData& data, SplitOptions options) {
  if (!options.images.cache.path.empty()) {
    options.images.cache.fingerprint =
        cat(data_fingerprint(flags.source), " ", flags.image_size.value_or(""), " ", flags.resize,
            " ", flags.channels.value_or(0), " ", flags.bad_images);
  }
  return split_data(data, options);
}

LoadedData open(const DataFlags& flags, const DataPlan& plan) {
  LoadedData data = open_data(flags.source, plan.reading);
  const auto* const files = dynamic_cast<const ImageFolderDataset*>(data.examples.get());
  if (flags.check && files != nullptr) {
    const ImageSurvey survey = files->survey();
    require(survey.bad.empty(), ErrorKind::data, survey.bad.size(), " of ", files->size(),
            " images cannot be read, the first of them ",
            survey.bad.empty() ? "" : survey.bad.front().message,
            "; onecycle data info lists all, --bad-images skip leaves them out");
  }
  return data;
}

}  // namespace onecycle::cli
