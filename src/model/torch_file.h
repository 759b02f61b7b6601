// Files that Python's torch.save wrote.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "onecycle/model/weights.h"

namespace onecycle {

enum class FileKind {
  safetensors,
  torch_save,    ///< a zip archive with a pickle: torch.save since 1.6
  torch_script,  ///< a zip archive with code, too
  old_pickle,    ///< a pickle alone: torch.save before 1.6
  other
};

/// What the bytes of a whole file are. Throws a checkpoint error for a damaged zip archive; an
/// entry of one that Python's torch wrote is damaged, too, if it is not what its checksum says.
FileKind kind_of_file(std::string_view bytes, const std::string& file);

/// What `kind_of_file` says, in words.
std::string_view describe_kind(FileKind kind);

/// The tensors of a file of kind `torch_save` that `kind_of_file` found whole. Throws as
/// `open_weights` does.
NamedTensors load_torch_file(const std::filesystem::path& path);

/// What turns the file into safetensors, to be given to a shell.
std::string conversion_command(const std::filesystem::path& path);

}  // namespace onecycle
