// Runs that were written, by the names that people give them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "onecycle/record/run.h"
#include "program/command_line.h"

namespace onecycle::cli {

/// The folder of a run: `name` itself, or the one in `runs/`. Throws a usage error, which names the
/// newest runs there are, if neither is a folder.
std::filesystem::path run_folder(const std::string& name);

/// The operands of verbs that look at runs.
void add_run_operands(CommandLine& line, Arguments& names);

/// Reads the run in each of these folders; see `run_folder`. Runs with the same name go by the
/// paths of their folders. Throws a usage error if one is named twice.
std::vector<Run> read_runs(const Arguments& names);

}  // namespace onecycle::cli
