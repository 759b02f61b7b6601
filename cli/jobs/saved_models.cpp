#include "jobs/saved_models.h"

#include <algorithm>
#include <filesystem>

#include "onecycle/core/error.h"
#include "program/runs.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

/// `ensemble-1.safetensors` and so on, in their order.
std::vector<fs::path> ensemble_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (int member = 1;; ++member) {
    fs::path file = folder / cat("ensemble-", member, ".safetensors");
    if (!fs::exists(file)) {
      return files;
    }
    files.push_back(std::move(file));
  }
}

std::vector<fs::path> files_of_run(const fs::path& folder) {
  if (const fs::path chosen = folder / "model.safetensors"; fs::exists(chosen)) {
    return {chosen};
  }
  std::vector<fs::path> members = ensemble_files(folder);
  require(!members.empty(), ErrorKind::checkpoint, folder.native(),
          ": expected model.safetensors, got none; wait for the run's end, or go on with it: "
          "onecycle resume ",
          folder.native());
  return members;
}

}  // namespace

void SavedModels::check_flip(bool flip) const {
  require(!flip || first().resize, ErrorKind::usage,
          "--flip: expected a model of images from files, got one of other inputs");
}

torch::Tensor SavedModels::predict(const torch::Tensor& inputs, bool flip) const {
  if (flip) {
    return (predict(inputs) + predict(inputs.flip(3))) / 2.0;
  }
  torch::Tensor sum = onecycle::predict(members.front(), inputs);
  for (std::size_t i = 1; i < members.size(); ++i) {
    sum = sum + onecycle::predict(members[i], inputs);
  }
  return sum / static_cast<double>(members.size());
}

SavedModels load_models(const std::string& run_or_file) {
  SavedModels models;
  if (std::error_code none; fs::is_regular_file(run_or_file, none)) {
    models.members.push_back(load_trained_model(run_or_file));
    return models;
  }
  for (const fs::path& file : files_of_run(run_folder(run_or_file))) {
    models.members.push_back(load_trained_model(file));
  }
  return models;
}

}  // namespace onecycle::cli
