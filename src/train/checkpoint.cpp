#include "onecycle/train/checkpoint.h"

#include <torch/types.h>

#include <string_view>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/data/safetensors.h"
#include "record/run_json.h"
#include "train/record_tensors.h"

namespace onecycle {
namespace {

constexpr std::string_view kFormat = "onecycle.checkpoint.1";
constexpr std::string_view kState = "state.";
constexpr std::string_view kRecord = "record.";
constexpr std::string_view kValue = "value.";
constexpr std::string_view kFact = "fact.";

/// Over everything in the file but the hash itself.
std::string hash_of(const TensorFile& file) {
  TrainState all{.tensors = file.tensors, .values = {}};
  for (const auto& [name, text] : file.metadata) {
    if (name != "sha256") {
      all.values.emplace_back(name, text);
    }
  }
  return all.sha256();
}

/// Calls `take(the rest of the name, value)` for each name that begins with `prefix`.
template <class List, class Take>
void each_below(const List& list, std::string_view prefix, Take take) {
  for (const auto& [name, value] : list) {
    if (name.starts_with(prefix)) {
      take(name.substr(prefix.size()), value);
    }
  }
}

}  // namespace

TrainState Checkpoint::learner_state() const {
  TrainState part = state;
  const auto of_fit = [](const auto& entry) {
    return entry.first.starts_with("fit.") || entry.first.starts_with("good.") ||
           entry.first.starts_with("callback.");
  };
  std::erase_if(part.tensors, of_fit);
  std::erase_if(part.values, of_fit);
  return part;
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  TensorFile file{
      .tensors = {},
      .metadata = {{"format", std::string(kFormat)}, {"run", run_to_json(checkpoint.run)}}};
  for (const auto& [name, tensor] : checkpoint.state.tensors) {
    file.tensors.emplace_back(cat(kState, name), tensor);
  }
  for (const auto& [name, table] : record_tensors(checkpoint.run)) {
    file.tensors.emplace_back(cat(kRecord, name), table);
  }
  for (const auto& [name, value] : checkpoint.state.values) {
    file.metadata[cat(kValue, name)] = value;
  }
  for (const auto& [name, fact] : checkpoint.facts) {
    file.metadata[cat(kFact, name)] = fact;
  }
  file.metadata["sha256"] = hash_of(file);
  save_tensors(path, file);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const std::string& source = path.native();
  const TensorFile file = load_tensors(path);
  const auto text = [&](const std::string& name) {
    const auto found = file.metadata.find(name);
    return found == file.metadata.end() ? std::string() : found->second;
  };
  require(text("format") == kFormat, ErrorKind::checkpoint, source,
          ": expected a checkpoint of a fit (format ", kFormat, "), got ",
          "another file of tensors");
  const std::string hash = hash_of(file);
  require(hash == text("sha256"), ErrorKind::checkpoint, source, ": expected content with SHA-256 ",
          text("sha256").substr(0, 12), "..., got ", hash.substr(0, 12),
          "...; the file was altered");
  Checkpoint checkpoint{.state = {}, .run = run_from_json(text("run"), source)};
  NamedTensors record;
  each_below(file.tensors, kState, [&](const std::string& name, const torch::Tensor& tensor) {
    checkpoint.state.tensors.emplace_back(name, tensor);
  });
  each_below(file.tensors, kRecord, [&](const std::string& name, const torch::Tensor& tensor) {
    record.emplace_back(name, tensor);
  });
  each_below(file.metadata, kValue, [&](const std::string& name, const std::string& value) {
    checkpoint.state.values.emplace_back(name, value);
  });
  each_below(file.metadata, kFact, [&](const std::string& name, const std::string& fact) {
    checkpoint.facts[name] = fact;
  });
  read_record_tensors(record, source, checkpoint.run);
  return checkpoint;
}

}  // namespace onecycle
