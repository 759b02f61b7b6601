#include "onecycle/data/source.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/core/text.h"
#include "onecycle/data/cifar.h"
#include "onecycle/data/digits.h"
#include "onecycle/data/idx.h"
#include "onecycle/data/tensor_data.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

struct Entry {
  BuiltInData facts;
  LoadedData (*load)();
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{{{.name = "digits",
                                        .what = "handwritten digits, 8x8 grey images, 10 classes",
                                        .examples = 1797,
                                        .credit = std::string(kDigitsCredit)},
                                       &digits}};
  return all;
}

std::vector<std::string> built_in_names() {
  std::vector<std::string> names;
  names.reserve(entries().size());
  for (const Entry& entry : entries()) {
    names.push_back(entry.facts.name);
  }
  return names;
}

std::string name_of(const fs::path& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).stem().native();
}

/// Classes, sizes and parts, in words.
std::vector<Fact> describe_images(const LoadedData& data) {
  const std::vector<std::int64_t>& shape = data.task.input_shape;
  std::vector<Fact> facts{
      {"examples", cat(data.examples->size())},
      {"inputs", cat(shape[2], "x", shape[1], shape[0] == 1 ? " grey" : " colour", " images")},
      {"target", data.task.target},
      {"task", to_string(data.task.kind)},
      {"classes", cat(data.task.classes.size())}};
  if (data.parts) {
    facts.push_back({"training", cat(data.parts->train.size())});
    facts.push_back({"validation", cat(data.parts->valid.size())});
  }
  return facts;
}

LoadedData as_images(const fs::path& path, LoadedData data, std::vector<std::string> classes,
                     std::vector<std::int64_t> shape) {
  data.name = name_of(path);
  data.images = true;
  data.task = {.kind = TaskKind::classification,
               .target = "class",
               .classes = std::move(classes),
               .input_shape = std::move(shape),
               .features = {}};
  data.facts = describe_images(data);
  return data;
}

/// Images that are all in memory. Sizes and channels are theirs.
LoadedData open_arrays(const fs::path& path, ImageArrays arrays) {
  const auto shape = arrays.images.sizes().slice(1).vec();
  return as_images(path,
                   {.examples = std::make_shared<TensorDataset>(arrays.images, arrays.targets),
                    .targets = arrays.targets,
                    .parts = std::move(arrays.parts)},
                   std::move(arrays.classes), shape);
}

LoadedData open_folder(const fs::path& path, const DataOptions& options) {
  ImageFolder folder = open_image_folder(path, options.images);
  const ImageForm form = folder.examples->form();
  const torch::Tensor targets = folder.examples->targets();
  LoadedData data =
      as_images(path,
                {.examples = std::move(folder.examples),
                 .targets = targets,
                 .parts = std::move(folder.parts)},
                std::move(folder.classes), {form.channels, form.size.height, form.size.width});
  if (!folder.left_out.empty()) {
    data.facts.push_back({"unreadable", cat(folder.left_out.size(), ", left out; the first: ",
                                            folder.left_out.front().message)});
  }
  return data;
}

struct Format {
  DataFormat facts;
  bool (*is)(const fs::path&);
  LoadedData (*open)(const fs::path&, const DataOptions&);
  bool images = false;  ///< whether options for images apply
};

/// The one place to add a form of data.
const std::vector<Format>& formats() {
  static const std::vector<Format> all{
      {.facts = {.name = "safetensors",
                 .form = "FILE.safetensors",
                 .what = "tensors inputs and targets; also valid.inputs and valid.targets"},
       .is = [](const fs::path& path) { return path.extension() == ".safetensors"; },
       .open = [](const fs::path& path, const DataOptions&) { return read_tensor_data(path); }},
      {.facts = {.name = "idx",
                 .form = "FOLDER/train-images-idx3-ubyte[.gz]",
                 .what = "MNIST and its kin: images and labels; t10k-... is for validation"},
       .is = holds_idx,
       .open = [](const fs::path& path,
                  const DataOptions&) { return open_arrays(path, open_idx(path)); }},
      {.facts = {.name = "cifar",
                 .form = "FOLDER/data_batch_1.bin",
                 .what = "CIFAR-10 or CIFAR-100 (train.bin), the binary version"},
       .is = holds_cifar,
       .open = [](const fs::path& path,
                  const DataOptions&) { return open_arrays(path, open_cifar(path)); }},
      {.facts = {.name = "images",
                 .form = "FOLDER/CLASS/*.jpg",
                 .what =
                     "JPEG and PNG files, one folder a class; with train/ and valid/ (or test/) "
                     "above them the parts are as they say"},
       .is = [](const fs::path& path) { return fs::is_directory(path); },
       .open = open_folder,
       .images = true},
      {.facts = {.name = "csv",
                 .form = "TABLE.csv",
                 .what = "a first row of names, then numbers and categories; --target COLUMN says "
                         "what is to be predicted"},
       .is = [](const fs::path& path) { return !fs::is_directory(path); },
       .open = [](const fs::path& path,
                  const DataOptions& options) { return read_table(path, options.table); }}};
  return all;
}

void refuse_options(const std::string& name, const DataOptions& options, const Task* task) {
  const TableOptions& table = options.table;
  require(table.target.empty() || (task != nullptr && table.target == task->target),
          ErrorKind::usage, "target: expected none with '", name, "', got '", table.target,
          "'; leave it out");
  require(!table.task || *table.task == TaskKind::classification, ErrorKind::usage,
          "task: expected classification with '", name, "', got regression; leave it out");
}

void refuse_image_size(const std::string& name, const DataOptions& options) {
  require(!options.images.size, ErrorKind::usage, "image size: expected none with '", name,
          "', got ", to_string(options.images.size.value_or(ImageSize{})),
          "; it is for folders of images");
}

}  // namespace

const std::vector<BuiltInData>& built_in_data() {
  static const std::vector<BuiltInData> all = [] {
    std::vector<BuiltInData> facts;
    for (const auto& entry : entries()) {
      facts.push_back(entry.facts);
    }
    return facts;
  }();
  return all;
}

bool is_built_in(const std::string& name) {
  const auto names = built_in_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<DataFormat> data_formats() {
  std::vector<DataFormat> facts;
  facts.reserve(formats().size());
  for (const Format& format : formats()) {
    facts.push_back(format.facts);
  }
  return facts;
}

LoadedData open_data(const std::string& name_or_path, const DataOptions& options) {
  for (const Entry& entry : entries()) {
    if (entry.facts.name == name_or_path) {
      LoadedData data = entry.load();
      refuse_options(name_or_path, options, &data.task);
      refuse_image_size(name_or_path, options);
      return data;
    }
  }
  std::error_code ignored;
  require(fs::exists(name_or_path, ignored), ErrorKind::data, "data '", name_or_path,
          "': expected the name of a built-in data set, a file or a folder, got none of them",
          suggest_name(name_or_path, built_in_names()));
  const auto format = std::find_if(formats().begin(), formats().end(),
                                   [&](const Format& each) { return each.is(name_or_path); });
  if (!format->images) {
    refuse_image_size(name_or_path, options);
  }
  if (format->facts.name != "csv") {
    refuse_options(name_or_path, options, nullptr);
  }
  return format->open(name_or_path, options);
}

std::string data_fingerprint(const std::string& name_or_path) {
  if (is_built_in(name_or_path)) {
    return name_or_path;
  }
  if (!fs::is_directory(name_or_path)) {
    return sha256(read_file(name_or_path));
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(
           name_or_path, fs::directory_options::follow_directory_symlink)) {
    if (entry.is_regular_file()) {
      files.push_back(cat(fs::path(entry.path()).lexically_relative(name_or_path).native(), "\t",
                          entry.file_size(), "\n"));
    }
  }
  std::sort(files.begin(), files.end());
  return sha256(join(files, ""));
}

}  // namespace onecycle
