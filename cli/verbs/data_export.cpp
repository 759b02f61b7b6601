#include <algorithm>
#include <filesystem>

#include "flags/data_flags.h"
#include "onecycle/core/error.h"
#include "onecycle/core/random.h"
#include "onecycle/core/text.h"
#include "onecycle/data/image.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

struct ExportFlags {
  DataFlags data;
  std::string folder;
  std::int64_t seed = 0;
  bool json = false;
};

/// As bytes: images that are not have 0 for paper and 1 for ink.
torch::Tensor as_bytes(const torch::Tensor& image) {
  return image.scalar_type() == torch::kByte
             ? image
             : image.mul(255.0).round().clamp(0.0, 255.0).to(torch::kByte);
}

/// The folder of a class: a name with a slash in it would be another place.
fs::path class_folder(const fs::path& part, std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  require(!name.empty() && name.front() != '.', ErrorKind::data, "class '", name,
          "': expected a name that can be one of a folder");
  return part / name;
}

void write_part(const LoadedData& data, const std::vector<std::int64_t>& indices,
                const fs::path& folder) {
  const auto digits = static_cast<int>(cat(data.examples->size()).size());
  for (const std::int64_t index : indices) {
    const Batch one = data.examples->slice(index, index + 1);
    const auto label = static_cast<std::size_t>(one.targets.item<std::int64_t>());
    const fs::path place = class_folder(folder, data.task.classes[label]);
    fs::create_directories(place);
    std::string number = cat(index);
    number.insert(0, static_cast<std::size_t>(digits) - number.size(), '0');
    write_png(place / (number + ".png"), as_bytes(one.inputs[0]));
  }
}

CommandLine export_command_line(ExportFlags& flags) {
  CommandLine line("data export",
                   "Writes images as PNG files: FOLDER/train/CLASS/0000.png and FOLDER/valid/...",
                   "  onecycle data export digits photos\n"
                   "  onecycle data export mnist mnist-files");
  add_data(line, flags.data);
  line.operand({.name = "folder", .label = "FOLDER", .help = "which is made"}, &flags.folder);
  line.option({.name = "valid",
               .label = "FRACTION",
               .help = "part of the examples put aside for validation",
               .range = {.low = 0.0, .high = 1.0, .high_open = true},
               .default_note = "DATA's own, else 0.2"},
              &flags.data.valid);
  line.option({.name = "seed", .label = "N", .help = "of that choice", .range = kNotNegative},
              &flags.seed);
  add_json_flag(line, flags.json);
  return line;
}

int run_data_export(const Arguments& arguments) {
  ExportFlags flags;
  if (!export_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(!flags.data.source.empty() && !flags.folder.empty(), ErrorKind::usage,
          "expected DATA and a FOLDER to write; see onecycle data export --help");
  const LoadedData data = open(flags.data, plan_data(flags.data));
  require(data.task.kind == TaskKind::classification && data.task.input_shape.size() == 3,
          ErrorKind::usage, flags.data.source, ": expected images of classes, got numbers");
  require(!fs::exists(flags.folder), ErrorKind::usage, flags.folder,
          ": expected no such file or folder yet, got one; name another");
  const SplitIndices parts =
      split_indices(data, {.valid = flags.data.valid,
                           .seed = stream_seed(static_cast<std::uint64_t>(flags.seed), "split")});
  write_part(data, parts.train, fs::path(flags.folder) / "train");
  write_part(data, parts.valid, fs::path(flags.folder) / "valid");
  if (flags.json) {
    print_json(
        {{"folder", flags.folder}, {"train", parts.train.size()}, {"valid", parts.valid.size()}});
  } else {
    print(cat("Images: ", flags.folder, ", ", parts.train.size(), " for training, ",
              parts.valid.size(), " for validation\n"));
  }
  return 0;
}

}  // namespace

Verb data_export_verb() {
  return {.name = "data export",
          .brief = "write images of a data set as files",
          .describe = [] { return spec_of(export_command_line); },
          .run = run_data_export};
}

}  // namespace onecycle::cli
