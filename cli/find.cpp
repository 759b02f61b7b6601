#include "interrupt.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/record/run_files.h"
#include "onecycle/record/run_folder.h"
#include "onecycle/report/render.h"
#include "onecycle/report/summary.h"
#include "output.h"
#include "sweep_flags.h"
#include "training.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

struct FindFlags {
  TrainingFlags training;
  OutputFlags output;
  SweepFlags sweep;
  std::string out;
  bool force = false;
  std::string plot;
};

void add_flags(CommandLine& line, FindFlags& flags) {
  add_data(line, flags.training);
  add_sweep_flags(line, flags.sweep);
  add_training_flags(line, flags.training);
  add_output_flags(line, flags.output);
  line.option({.name = "out", .label = "DIR", .help = "write find.csv there", .saved = false},
              &flags.out);
  line.option({.name = "force", .help = "replace the files in DIR", .saved = false}, &flags.force);
  line.option(
      {.name = "plot", .label = "FILE", .help = "draw into FILE.svg or FILE.png", .saved = false},
      &flags.plot);
}

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
    print(cat("\nThe model is as it was: state ", find.state_after.substr(0, 12),
              " before and after.\nOne curve is one sample: onecycle fit --max-lr auto starts from "
              "'minimum' and tries its neighbours.\n"));
  }
}

}  // namespace

int run_find(const Arguments& arguments) {
  FindFlags flags;
  CommandLine line("find", "Tries rising learning rates on DATA and says which to use.",
                   "  onecycle find digits\n"
                   "  onecycle find table.csv --target price --rule valley,minimum --json\n"
                   "  onecycle find digits --convention lightning --spacing linear");
  add_flags(line, flags);
  if (!line.parse(arguments)) {
    return 0;
  }
  const FinderSetup setup = plan_sweep(line, flags.sweep);
  const TrainingPlan plan = plan_training(flags.training);
  check_picture(flags.plot);
  if (!flags.out.empty()) {
    require_free_run_folder(flags.out, flags.force);
  }
  Training training = make_training(flags.training, plan);
  std::optional<RunFolder> folder;
  if (!flags.out.empty()) {
    folder.emplace(flags.out, flags.force);
  }
  catch_interrupt();
  const FindRecord find = training.learner->lr_find({.setup = setup,
                                                     .rules = parse_rules(flags.sweep.rules),
                                                     .interrupted = interrupted,
                                                     .certify = true});
  if (interrupted()) {
    fail(ErrorKind::interrupted, "interrupted; nothing was written");
  }
  require(find.state_before == find.state_after, ErrorKind::internal,
          "the state after the sweep is not the state before it");
  if (folder) {
    folder->keep();
    write_file(folder->file("config.toml"), line.config());
    Run run = training.learner->run();
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

}  // namespace onecycle::cli
