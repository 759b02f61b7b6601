// Which data, and how they are brought into the form that a model takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "onecycle/data/source.h"
#include "onecycle/data/split.h"
#include "program/command_line.h"

namespace onecycle::cli {

struct DataFlags {
  std::string source;  ///< digits, a file or a folder
  std::optional<std::string> target;
  std::optional<std::string> task;
  std::optional<double> valid;
  std::optional<std::int64_t> split_seed;
  std::optional<std::string> image_size;
  std::string resize = "crop";
  std::optional<std::int64_t> channels;
  std::string bad_images = "fatal";
  bool check = false;
  std::string augment = "none";
  std::optional<std::string> normalize;
  std::string cache = "auto";
  std::optional<std::int64_t> workers;
};

/// DATA itself.
void add_data(CommandLine& line, DataFlags& flags);
/// How it is read; for every verb that reads data.
void add_reading_flags(CommandLine& line, DataFlags& flags);
/// How it is divided and made ready for training.
void add_preparation_flags(CommandLine& line, DataFlags& flags);

/// `--bad-images`; `skipping` says what the choice skip does.
void add_bad_images_flag(CommandLine& line, const std::string& skipping, std::string& choice);
/// Throws a usage error for anything but fatal and skip.
BadImages parse_bad_images(const std::string& choice);

/// What stands in the flags, understood.
struct DataPlan {
  DataOptions reading;
  SplitOptions split;  ///< but for the seed
};

/// Throws a usage error for anything that cannot be meant.
DataPlan plan_data(const DataFlags& flags);

/// Opens the data; with `flags.check` decodes every image first. Throws what `open_data` throws.
LoadedData open(const DataFlags& flags, const DataPlan& plan);

/// Divides it by `options`, and says to a cache on disk what it depends on.
SplitData divide(const DataFlags& flags, const LoadedData& data, SplitOptions options);

}  // namespace onecycle::cli
