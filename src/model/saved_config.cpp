#include "model/saved_config.h"

#include <string_view>
#include <system_error>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKey = "model.";
constexpr std::string_view kName = "model";
constexpr std::string_view kScript = "script:";
constexpr std::size_t kDigits = 12;  // of the SHA-256, in the name of a copy

/// The name of a copy beside `path` of the TorchScript module's file; empty if that is not what it
/// was.
std::string copy_beside(const fs::path& script, const std::string& digits, const fs::path& path) {
  if (std::error_code none; !fs::is_regular_file(script, none)) {
    return {};
  }
  const std::string bytes = read_file(script);
  if (sha256(bytes) != digits) {
    return {};
  }
  const std::string name = cat("script-", digits.substr(0, kDigits), ".pt");
  const fs::path copy = path.parent_path() / name;
  std::error_code none;
  if (fs::file_size(copy, none) != bytes.size() || none) {
    write_file(copy, bytes);
  }
  return name;
}

}  // namespace

std::map<std::string, std::string> saved_config(const Model& model, const fs::path& path) {
  std::map<std::string, std::string> config = model.config;
  if (const auto name = config.find(std::string(kName));
      name != config.end() && name->second.starts_with(kScript)) {
    const std::string copy =
        copy_beside(name->second.substr(kScript.size()), config.at("sha256"), path);
    if (!copy.empty()) {
      name->second = cat(kScript, copy);
    }
  }
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
  if (const auto name = config.find(std::string(kName));
      name != config.end() && name->second.starts_with(kScript)) {
    // An absolute path stays as it is.
    const fs::path script = path.parent_path() / name->second.substr(kScript.size());
    name->second = cat(kScript, script.native());
  }
  return config;
}

}  // namespace onecycle
