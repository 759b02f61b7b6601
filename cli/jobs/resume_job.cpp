#include "jobs/resume_job.h"

#include <filesystem>

#include "jobs/fit_job.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/record/run_files.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

/// Refuses a run that is over. One that was interrupted has a record, too.
void require_unfinished(const fs::path& folder) {
  if (!fs::exists(folder / "run.json")) {
    return;
  }
  const std::string end = read_run(folder).end;
  require(end == "interrupted", ErrorKind::usage, folder.native(),
          ": expected a run that was interrupted, got one that ",
          end.empty()          ? "was written by find"
          : end == "completed" ? "is complete"
                               : cat("has ", end),
          "; to train again: onecycle fit --config ", (folder / "config.toml").native());
}

}  // namespace

Checkpoint newest_checkpoint(const fs::path& folder, const std::string& name) {
  const auto all = checkpoints_in(folder / kCheckpoints);
  require(!all.empty() || !name.empty(), ErrorKind::checkpoint, folder.native(),
          ": expected a checkpoint in ", kCheckpoints, "/, got none; fit with --checkpoint-every");
  const fs::path path = name.empty() ? all.front() : folder / kCheckpoints / name;
  try {
    Checkpoint checkpoint = read_checkpoint(path);
    const fs::path config = folder / "config.toml";
    const auto fact = checkpoint.facts.find("config");
    require(fact != checkpoint.facts.end() && fact->second == config_fingerprint(read_file(config)),
            ErrorKind::checkpoint, path.native(), ": expected a checkpoint of the run in ",
            config.native(), ", got one of another configuration; put its own file back");
    return checkpoint;
  } catch (const Error& error) {
    for (const fs::path& other : all) {
      if (error.kind() == ErrorKind::checkpoint && fs::exists(path) &&
          other.filename() < path.filename()) {
        fail(ErrorKind::checkpoint, error.what(), "; the one before it: onecycle resume ",
             folder.native(), " --checkpoint ", other.filename().native());
      }
    }
    throw;
  }
}

void resume_run(const fs::path& folder, const std::string& name, const OutputFlags& output,
                bool tell) {
  require_unfinished(folder);
  FitFlags flags;
  CommandLine fit = fit_command_line(flags);
  if (!fit.parse({"--config", (folder / "config.toml").native()})) {
    return;
  }
  flags.output = output;
  FitJob job(flags, fit);
  std::optional<Checkpoint> checkpoint;
  if (!checkpoints_in(folder / kCheckpoints).empty() || !name.empty()) {
    checkpoint = newest_checkpoint(folder, name);
    const auto fact = checkpoint->facts.find("data");
    require(fact != checkpoint->facts.end() && fact->second == job.data_sha256(),
            ErrorKind::checkpoint, folder.native(),
            ": expected the data that the run began with, got other ones in ",
            flags.training.data.source, "; put them back");
  }
  const Outcome outcome = job.run(RunFolder::existing(folder), checkpoint ? &*checkpoint : nullptr);
  if (tell) {
    job.tell(outcome);
  }
}

}  // namespace onecycle::cli
