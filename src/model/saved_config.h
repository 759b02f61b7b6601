// What makes a model again, as files of weights hold it in their metadata.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "onecycle/model/model.h"

namespace onecycle {

/// `Model::config` with `model.` before each key, for a file of weights called `path`. The file of
/// a TorchScript module is copied beside it, named by its content, so that the folder can be moved
/// and the module's own file changed; where that one is another by now, or gone, its path is kept.
std::map<std::string, std::string> saved_config(const Model& model,
                                                const std::filesystem::path& path);

/// The configuration in the metadata of the file of weights `path`; empty if there is none.
std::map<std::string, std::string> config_in(const std::map<std::string, std::string>& metadata,
                                             const std::filesystem::path& path);

}  // namespace onecycle
