#include "onecycle/model/open_weights.h"

#include "data/mapped_file.h"
#include "model/torch_file.h"
#include "onecycle/core/error.h"
#include "onecycle/data/safetensors.h"

namespace onecycle {
namespace {

FileKind kind_of_path(const std::filesystem::path& path) {
  const MappedFile map(path);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  return kind_of_file({reinterpret_cast<const char*>(map.data()), map.size()}, path.string());
}

WeightsFile open_torch_file(const std::filesystem::path& path) {
  try {
    return {.format = "torch.save", .tensors = load_torch_file(path), .path = path};
  } catch (const Error& error) {
    fail(error.kind(), error.what(), "; convert it, if you trust it: ", conversion_command(path));
  }
}

}  // namespace

WeightsFile open_weights(const std::filesystem::path& path) {
  const auto kind = kind_of_path(path);
  if (kind == FileKind::safetensors) {
    auto file = load_tensors(path);
    return {.format = "safetensors",
            .tensors = std::move(file.tensors),
            .metadata = std::move(file.metadata),
            .path = path};
  }
  if (kind == FileKind::torch_save) {
    return open_torch_file(path);
  }
  require(
      kind != FileKind::torch_script, ErrorKind::checkpoint, path.string(),
      ": expected weights, got a TorchScript module; train it with --model script:", path.string());
  fail(ErrorKind::checkpoint, path.string(), ": expected safetensors or a file of torch.save, got ",
       describe_kind(kind),
       kind == FileKind::old_pickle
           ? cat("; convert it, if you trust it: ", conversion_command(path))
           : "; check the path");
}

}  // namespace onecycle
