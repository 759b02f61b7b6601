// Finding the checkpoint that a run can go on from.
#pragma once

#include <filesystem>
#include <string>

#include "onecycle/train/checkpoint.h"

namespace onecycle::cli {

/// The newest checkpoint of the run in `folder`, which has one, or the one called `name`. Throws a
/// checkpoint error if it is damaged or of another run; it names the one before it, if there is
/// one.
Checkpoint newest_checkpoint(const std::filesystem::path& folder, const std::string& name = {});

}  // namespace onecycle::cli
