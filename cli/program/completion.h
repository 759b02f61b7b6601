// Completion of our command lines by the shells, made from the options of the verbs.
#pragma once

#include <string>
#include <vector>

#include "program/command_line.h"

namespace onecycle::cli {

/// The script that `shell`, `bash`, `zsh` or `fish`, is to read. Throws a usage error for another.
std::string completion_script(const std::string& shell, const std::vector<VerbSpec>& verbs);

}  // namespace onecycle::cli
