#include "fit_job.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

int run_fit(const Arguments& arguments) {
  FitFlags flags;
  CommandLine line = fit_command_line(flags);
  if (!line.parse(arguments)) {
    return 0;
  }
  if (!flags.out.empty() && !flags.explain) {
    require_free_run_folder(flags.out, flags.force);
  }
  FitJob job(flags, line);
  if (flags.explain) {
    job.explain();
    return 0;
  }
  const std::string stem = cat(job.data_name(), "-", flags.training.model);
  job.tell(job.run(flags.out.empty() ? RunFolder::first_free("runs", stem)
                                     : RunFolder(flags.out, flags.force)));
  return 0;
}

}  // namespace

Verb fit_verb() {
  return {.name = "fit",
          .brief = "train on DATA with the 1cycle policy and write a report",
          .describe = [] { return spec_of(fit_command_line); },
          .run = run_fit};
}

}  // namespace onecycle::cli
