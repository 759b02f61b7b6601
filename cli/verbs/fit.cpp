#include "jobs/fit_job.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

using MakeCommandLine = CommandLine (*)(FitFlags&);

int run_fit(const Arguments& arguments, MakeCommandLine command_line) {
  FitFlags flags;
  CommandLine line = command_line(flags);
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
  const std::string stem = cat(job.data_name(), "-", job.model_name());
  job.tell(job.run(flags.out.empty() ? RunFolder::first_free("runs", stem)
                                     : RunFolder(flags.out, flags.force)));
  return 0;
}

}  // namespace

Verb fit_verb() {
  return {.name = "fit",
          .brief = "train on DATA with the 1cycle policy and write a report",
          .describe = [] { return spec_of(fit_command_line); },
          .run = [](const Arguments& arguments) { return run_fit(arguments, fit_command_line); }};
}

Verb fine_tune_verb() {
  return {
      .name = "fine-tune",
      .brief = "train a pretrained model on DATA: its head first, then everything",
      .describe = [] { return spec_of(fine_tune_command_line); },
      .run = [](const Arguments& arguments) { return run_fit(arguments, fine_tune_command_line); }};
}

}  // namespace onecycle::cli
