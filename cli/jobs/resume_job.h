// Going on with a run that is in its folder.
#pragma once

#include <filesystem>
#include <string>

#include "onecycle/train/checkpoint.h"
#include "program/output.h"

namespace onecycle::cli {

/// The newest checkpoint of the run in `folder`, which has one, or the one called `name`. Throws a
/// checkpoint error if it is damaged or of another run; it names the one before it, if there is
/// one.
Checkpoint newest_checkpoint(const std::filesystem::path& folder, const std::string& name = {});

/// Goes on with the run in `folder` from its newest checkpoint, or the one called `name`; from the
/// beginning where it has none. Writes what came of it. Prints it if `tell`, and throws then if the
/// fit did not come to an end. Throws a usage error if there is nothing to go on with.
void resume_run(const std::filesystem::path& folder, const std::string& name,
                const OutputFlags& output, bool tell);

}  // namespace onecycle::cli
