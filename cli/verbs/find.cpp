#include <filesystem>

#include "flags/find_flags.h"
#include "flags/fit_flags.h"
#include "jobs/find_explain.h"
#include "jobs/resume_job.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/record/run_files.h"
#include "onecycle/record/run_folder.h"
#include "onecycle/report/render.h"
#include "onecycle/report/summary.h"
#include "program/interrupt.h"
#include "program/output.h"
#include "program/runs.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

Json json_of(const FindRecord& find, const SweepFlags& sweep) {
  return {{"convention", sweep.convention},
          {"suggestions", rates_by_rule(find.suggestions)},
          {"why", reasons_by_rule(find.suggestions)},
          {"iterations", find.lr.size()},
          {"batches", find.batches},
          {"epochs", find.epochs},
          {"stopped", find.stopped},
          {"curve", {{"lr", find.lr}, {"loss", find.loss}, {"smoothed", find.smoothed}}},
          {"state_sha256", {{"before", find.state_before}, {"after", find.state_after}}}};
}

void print_text(const FindRecord& find, bool quiet) {
  if (!quiet) {
    print_curve(find);
  }
  print(suggestions_table(find));
  if (!quiet) {
    print_prose(
        cat("\nThe model is as it was: state ", find.state_after.substr(0, 12),
            " before and after.\nOne curve is one sample: onecycle fit --max-lr auto starts from "
            "'minimum' and tries its neighbours.\n"));
  }
}

/// The flags of the run in `folder`, so far as they say what is trained.
TrainingFlags training_of_run(const std::string& folder) {
  const std::string config = (std::filesystem::path(folder) / "config.toml").native();
  FitFlags fit;
  CommandLine line = fit_command_line(fit);
  (void)line.parse({"--config", config});
  return fit.training;
}

int run_find(const Arguments& arguments) {
  FindFlags flags;
  CommandLine line = find_command_line(flags);
  if (!line.parse(arguments)) {
    return 0;
  }
  const FinderSetup setup = plan_sweep(line, flags.sweep);
  std::optional<Checkpoint> checkpoint;
  if (!flags.from.empty()) {
    require(flags.training.data.source.empty(), ErrorKind::usage, "--from: expected no DATA, got '",
            flags.training.data.source, "': the run has its own");
    const std::filesystem::path folder = run_folder(flags.from);
    flags.training = training_of_run(folder);
    checkpoint = newest_checkpoint(folder);
  }
  const TrainingPlan plan = plan_training(flags.training);
  check_picture(flags.plot);
  if (!flags.out.empty()) {
    require_free_run_folder(flags.out, flags.force);
  }
  Training training = make_training(flags.training, plan);
  Learner& learner = *training.learner;
  const FindOptions options = find_options(flags, setup, learner.model());
  if (checkpoint) {
    learner.load(*checkpoint);
  }
  if (flags.explain) {
    explain_find(options, learner, flags.output.json);
    return 0;
  }
  std::optional<RunFolder> folder;
  if (!flags.out.empty()) {
    folder.emplace(flags.out, flags.force);
  }
  catch_interrupt();
  const FindRecord find = learner.lr_find(options);
  if (interrupted()) {
    fail(ErrorKind::interrupted, "interrupted; nothing was written");
  }
  require(find.state_before == find.state_after, ErrorKind::internal,
          "the state after the sweep is not the state before it");
  if (folder) {
    folder->keep();
    write_file(folder->file("config.toml"), line.config());
    Run run = learner.run();
    run.find = find;
    write_run(folder->path(), run);
  }
  if (!flags.plot.empty()) {
    render({find_plot(find)}, flags.plot);
  }
  if (flags.output.json) {
    print_json(json_of(find, flags.sweep));
  } else {
    print_text(find, flags.output.quiet);
  }
  return 0;
}

}  // namespace

Verb find_verb() {
  return {.name = "find",
          .brief = "try rising learning rates on DATA and say which to use",
          .describe = [] { return spec_of(find_command_line); },
          .run = run_find};
}

}  // namespace onecycle::cli
