#include "onecycle/data/cifar.h"

#include <ATen/ops/tensor.h>

#include <optional>

#include "data/format/cifar_records.h"
#include "data/owned_bytes.h"
#include "data/split_after.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

struct CifarFiles {
  CifarKind kind;
  std::vector<std::string> train;
  std::string test;
  std::string names;
};

const std::vector<CifarFiles>& known_cifar_files() {
  static const std::vector<CifarFiles> known{
      {.kind = kCifar10,
       .train = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                 "data_batch_5.bin"},
       .test = "test_batch.bin",
       .names = "batches.meta.txt"},
      {.kind = kCifar100,
       .train = {"train.bin"},
       .test = "test.bin",
       .names = "fine_label_names.txt"}};
  return known;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// The files that are in the folder; nothing if it is not of this kind.
std::optional<CifarFiles> find_cifar_files(const fs::path& folder) {
  for (CifarFiles files : known_cifar_files()) {
    std::erase_if(files.train, [&](const auto& name) { return !is_there(folder / name); });
    if (!is_there(folder / files.test)) {
      files.test.clear();
    }
    if (!files.train.empty() || !files.test.empty()) {
      return files;
    }
  }
  return std::nullopt;
}

std::vector<std::string> class_names(const fs::path& path, const CifarKind& kind) {
  if (is_there(path)) {
    return parse_cifar_names(read_file(path), path.native(), kind);
  }
  std::vector<std::string> numbers;
  numbers.reserve(static_cast<std::size_t>(kind.classes));
  for (std::int64_t i = 0; i < kind.classes; ++i) {
    numbers.push_back(cat(i));
  }
  return numbers;
}

}  // namespace

bool holds_cifar(const fs::path& path) { return find_cifar_files(path).has_value(); }

ImageArrays open_cifar(const fs::path& path) {
  const std::optional<CifarFiles> files = find_cifar_files(path);
  require(files.has_value(), ErrorKind::data, path.native(),
          ": expected data_batch_1.bin or test_batch.bin (CIFAR-10), or train.bin or test.bin "
          "(CIFAR-100), got none; take the binary version");
  CifarRecords records;
  const auto append = [&](const std::string& name) {
    append_cifar(records, read_file(path / name), (path / name).native(), files->kind);
  };
  for (const auto& name : files->train) {
    append(name);
  }
  const std::size_t training = records.targets.size();
  if (!files->test.empty()) {
    append(files->test);
  }
  const auto count = static_cast<std::int64_t>(records.targets.size());
  ImageArrays arrays{
      .images = tensor_of(std::move(records.pixels),
                          {count, kCifarChannels, kCifarSide, kCifarSide}, torch::kUInt8),
      .targets = at::tensor(records.targets, torch::kLong),
      .classes = class_names(path / files->names, files->kind),
      .parts = {}};
  if (!files->train.empty() && !files->test.empty()) {
    arrays.parts = split_after(static_cast<std::int64_t>(training), count);
  }
  return arrays;
}

}  // namespace onecycle
