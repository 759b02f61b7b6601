#include "onecycle/model/script.h"

#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>

#include "data/mapped_file.h"
#include "model/script_module.h"
#include "model/shape.h"
#include "model/torch_file.h"
#include "onecycle/core/error.h"
#include "onecycle/core/sha256.h"

namespace onecycle {
namespace {

/// TorchScript ends its account of a failure with what failed.
std::string_view last_line(std::string_view text) {
  text = trim(text);
  const auto end = text.rfind('\n');
  return end == std::string_view::npos ? text : trim(text.substr(end));
}

std::string sha256_of(const MappedFile& map) {
  Sha256 hash;
  hash.update(map.data(), map.size());
  return hash.hex();
}

/// Checks what can be said before LibTorch reads it; returns its SHA-256.
std::string check_script_file(const std::filesystem::path& path, const ScriptOptions& options) {
  const MappedFile map(path);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  const std::string_view bytes{reinterpret_cast<const char*>(map.data()), map.size()};
  const auto kind = kind_of_file(bytes, path.string());
  require(kind == FileKind::torch_script, ErrorKind::checkpoint, path.string(),
          ": expected a TorchScript module, got ", describe_kind(kind),
          "; make one in Python: torch.jit.script(model).save('model.pt')");
  auto digits = sha256_of(map);
  require(!options.sha256 || *options.sha256 == digits, ErrorKind::checkpoint, path.string(),
          ": expected the file of SHA-256 ", options.sha256.value_or(""), ", got ", digits,
          "; it is another one than before");
  return digits;
}

torch::jit::Module load_script(const std::filesystem::path& path) {
  try {
    return torch::jit::load(path.string(), torch::kCPU);
  } catch (const std::exception& error) {  // of LibTorch's own several kinds
    const auto reason = trim(error.what());
    fail(ErrorKind::checkpoint, path.string(), ": expected a TorchScript module, got one that ",
         "cannot be read: ", reason.substr(0, reason.find('\n')),
         "; make it anew with torch.jit.script");
  }
}

/// The last module that has parameters, and all before it.
GroupPrefixes body_and_head(const torch::nn::Module& module) {
  const auto last = module.named_parameters().keys().back();
  const auto dot = last.rfind('.');
  const auto head = dot == std::string::npos ? last : last.substr(0, dot + 1);
  for (const auto& name : module.named_parameters().keys()) {
    if (!name.starts_with(head)) {
      return {{"body", {""}}, {"head", {head}}};
    }
  }
  return {{"head", {""}}};
}

torch::Tensor try_zeros(const Model& model, const std::vector<std::int64_t>& shape) {
  const torch::NoGradGuard no_grad;
  try {
    return model.forward(torch::zeros(shape));
  } catch (const std::exception& error) {
    const std::string_view reason = error.what();
    fail(ErrorKind::usage, model.name, ": expected a module that takes ",
         format_sizes(shape, " x "), ", got a failure: ", last_line(reason));
  }
}

}  // namespace

void require_script_fits(const Model& model, const std::vector<std::int64_t>& input_shape,
                         std::int64_t outputs) {
  auto shape = input_shape;
  shape.insert(shape.begin(), 2);
  const bool training = model.module->is_training();
  model.module->eval();
  const auto result = try_zeros(model, shape).sizes().vec();
  model.module->train(training);
  require(result == std::vector<std::int64_t>{2, outputs}, ErrorKind::usage, model.name,
          ": expected a module with 2 x ", outputs, " outputs for 2 examples of ",
          format_sizes(input_shape, " x "), ", got ", format_sizes(result, " x "),
          "; make it for this data");
}

Model script_model(const std::filesystem::path& path, const ScriptOptions& options) {
  auto digits = check_script_file(path, options);
  const auto name = cat(kScriptPrefix, std::filesystem::absolute(path).string());
  auto model = wrap_model(std::make_shared<ScriptModule>(load_script(path)), name);
  require(!model.module->named_parameters().is_empty(), ErrorKind::checkpoint, path.string(),
          ": expected a module with parameters, got one without, as after torch.jit.freeze; save ",
          "what torch.jit.script made");
  model.groups = split_by_prefix(
      *model.module, options.groups ? parse_groups(*options.groups) : body_and_head(*model.module));
  model.config = {{"model", name}, {"sha256", std::move(digits)}};
  if (options.groups) {
    model.config["groups"] = *options.groups;
  }
  return model;
}

}  // namespace onecycle
