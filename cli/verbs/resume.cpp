#include <filesystem>
#include <string>

#include "jobs/compare_job.h"
#include "jobs/resume_job.h"
#include "onecycle/core/error.h"
#include "program/output.h"
#include "program/runs.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

namespace fs = std::filesystem;

struct ResumeFlags {
  std::string run;
  std::string checkpoint;
  OutputFlags output;
};

CommandLine resume_command_line(ResumeFlags& flags) {
  CommandLine line("resume", "Goes on with a run that was interrupted or killed.",
                   "  onecycle resume runs/digits-mlp-001");
  line.operand({.name = "run", .label = "RUN", .help = "its folder"}, &flags.run);
  line.option({.name = "checkpoint",
               .label = "FILE",
               .help = "one in RUN/checkpoints",
               .default_note = "the newest"},
              &flags.checkpoint);
  add_output_flags(line, flags.output);
  return line;
}

int run_resume(const Arguments& arguments) {
  ResumeFlags flags;
  if (!resume_command_line(flags).parse(arguments)) {
    return 0;
  }
  const auto& [run_name, name, output] = flags;
  const fs::path folder = run_name.empty() ? fs::path() : run_folder(run_name);
  const bool comparison = !run_name.empty() && is_comparison(folder);
  require(comparison || (!run_name.empty() && fs::exists(folder / "config.toml")), ErrorKind::usage,
          "expected the folder of a run, got '", run_name, "', which has no config.toml");
  if (comparison) {
    require(name.empty(), ErrorKind::usage, "--checkpoint: expected none, since ", run_name,
            " is a comparison, got '", name, "'");
    resume_comparison(folder, output);
  } else {
    resume_run(folder, name, output, /*tell=*/true);
  }
  return 0;
}

}  // namespace

Verb resume_verb() {
  return {.name = "resume",
          .brief = "go on with a run that was interrupted or killed",
          .describe = [] { return spec_of(resume_command_line); },
          .run = run_resume};
}

}  // namespace onecycle::cli
