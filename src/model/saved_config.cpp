#include "model/saved_config.h"

#include <string_view>
#include <system_error>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/model/script.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKey = "model.";
constexpr std::size_t kDigits = 12;  // of the SHA-256, in the name of a copy

/// The name of a copy beside `path` of the TorchScript module's file; empty if that is not what it
/// was.
fs::path copy_beside(const fs::path& script, const std::string& digits, const fs::path& path) {
  if (std::error_code none; !fs::is_regular_file(script, none)) {
    return {};
  }
  const std::string bytes = read_file(script);
  if (sha256(bytes) != digits) {
    return {};
  }
  std::string name = cat("script-", digits.substr(0, kDigits), ".pt");
  const fs::path copy = path.parent_path() / name;
  std::error_code none;
  if (fs::file_size(copy, none) != bytes.size() || none) {
    write_file(copy, bytes);
  }
  return name;
}

/// Where the configuration of a TorchScript module has its file: what `other` makes of the path is
/// written there. Other models have none.
template <class Function>
void replace_script(std::map<std::string, std::string>& config, const Function& other) {
  const auto name = config.find("model");
  if (name != config.end() && name->second.starts_with(kScriptPrefix)) {
    const fs::path script = name->second.substr(kScriptPrefix.size());
    name->second = cat(kScriptPrefix, other(script).native());
  }
}

}  // namespace

std::map<std::string, std::string> saved_config(const Model& model, const fs::path& path) {
  std::map<std::string, std::string> config = model.config;
  replace_script(config, [&](const fs::path& script) {
    const fs::path copy = copy_beside(script, config.at("sha256"), path);
    return copy.empty() ? script : copy;
  });
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : config) {
    metadata[cat(kKey, key)] = value;
  }
  return metadata;
}

std::map<std::string, std::string> config_in(const std::map<std::string, std::string>& metadata,
                                             const fs::path& path) {
  std::map<std::string, std::string> config;
  for (const auto& [key, value] : metadata) {
    if (key.starts_with(kKey)) {
      config[key.substr(kKey.size())] = value;
    }
  }
  // An absolute path stays as it is.
  replace_script(config, [&](const fs::path& script) { return path.parent_path() / script; });
  return config;
}

}  // namespace onecycle
