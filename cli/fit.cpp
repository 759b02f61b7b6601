#include <cstdio>

#include "interrupt.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/schedule/plateaus.h"
#include "onecycle/train/auto_rate.h"
#include "onecycle/train/plateau_callback.h"
#include "outcome.h"
#include "progress_callback.h"
#include "sweep_flags.h"
#include "training.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

struct FitFlags {
  TrainingFlags training;
  OutputFlags output;
  std::int64_t epochs = 30;
  std::string max_lr = "auto";
  std::optional<std::string> plateau;
  std::string out;
  bool force = false;
};

void add_flags(CommandLine& line, FitFlags& flags) {
  add_data(line, flags.training);
  line.heading("Fit");
  line.option({.name = "epochs",
               .label = "N",
               .help = "passes over the training set",
               .range = {.low = 1, .high = 1'000'000'000}},
              &flags.epochs);
  line.option({.name = "max-lr",
               .label = "auto|X|LO:HI",
               .help = "peak rate: found, given, or from the first layers to the last"},
              &flags.max_lr);
  line.option({.name = "plateau",
               .label = "PLATEAU",
               .help = "cut the rate when the loss no longer falls; see onecycle policies",
               .default_note = "none"},
              &flags.plateau);
  add_training_flags(line, flags.training);
  add_output_flags(line, flags.output);
  line.option({.name = "out",
               .label = "DIR",
               .help = "the run's folder",
               .default_note = "runs/DATA-MODEL-001, -002, ...",
               .saved = false},
              &flags.out);
  line.option({.name = "force", .help = "replace the run in DIR", .saved = false}, &flags.force);
}

void say(const FitFlags& flags, const std::string& text) {
  if (!flags.output.quiet) {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
}

Callbacks with_progress(const FitFlags& flags, const std::string& label, Callbacks callbacks) {
  callbacks.push_back(std::make_shared<StopOnInterrupt>());
  if (!flags.output.quiet) {
    callbacks.push_back(std::make_shared<ShowProgress>(label));
  }
  return callbacks;
}

/// What is to cut the rates, if anything. Then `flags.plateau` spells it out.
std::optional<PlateauOptions> resolve_plateau(FitFlags& flags) {
  if (!flags.plateau) {
    return std::nullopt;
  }
  PlateauOptions options = parse_plateau(*flags.plateau);
  flags.plateau = text_of(options);
  return options;
}

/// Nothing if they are to be found.
std::optional<Rates> given_rates(const FitFlags& flags) {
  return flags.max_lr == "auto" ? std::nullopt
                                : std::optional(Rates::parse(flags.max_lr, "--max-lr"));
}

/// Asks the finder. Then `flags.max_lr` says what it found.
Rates find_rate(Learner& learner, const GroupSchedules& schedule, FitFlags& flags) {
  const RateChoice choice =
      choose_rate(learner, {.epochs = flags.epochs,
                            .schedule = schedule,
                            .find = {.rules = parse_rules(kShownRules), .interrupted = interrupted},
                            .callbacks = with_progress(flags, "trying learning rates", {})});
  if (choice.interrupted || interrupted()) {
    fail(ErrorKind::interrupted, "interrupted before the training; nothing was written");
  }
  say(flags, cat("learning rate ", choice.describe()));
  flags.max_lr = format_number(choice.lr);
  learner.run().find = choice.find;
  learner.run().settings.push_back({"learning rate", choice.describe()});
  return choice.lr;
}

RunFolder claim_folder(const FitFlags& flags, const std::string& data) {
  return flags.out.empty() ? RunFolder::first_free("runs", cat(data, "-", flags.training.model))
                           : RunFolder(flags.out, flags.force);
}

void describe_run(Run& run, const RunFolder& folder, const std::vector<Setting>& settings,
                  std::vector<Fact> facts) {
  run.name = folder.path().filename().native();
  for (const Setting& setting : settings) {
    run.settings.push_back({setting.name, setting.value});
  }
  run.environment = std::move(facts);
}

void show(const Outcome& outcome, const RunFolder& folder, const Run& run, bool json) {
  if (json) {
    print_json(json_of(outcome, folder, run));
  } else {
    print(text_of(outcome, folder, run));
  }
}

/// Says what there is to say about a fit that did not reach its end.
void check_end(const Outcome& outcome, const RunFolder& folder) {
  const std::string saved = cat("; what there is is in ", folder.path().native());
  if (outcome.result.end == FitResult::End::diverged) {
    fail(ErrorKind::diverged, outcome.result.why, saved);
  }
  if (outcome.result.end == FitResult::End::stopped) {
    fail(ErrorKind::interrupted, "interrupted: ", outcome.result.why, saved,
         "; to train again: onecycle fit --config ", folder.file("config.toml").native());
  }
}

}  // namespace

int run_fit(const Arguments& arguments) {
  FitFlags flags;
  CommandLine line("fit", "Trains on DATA and writes a report.",
                   "  onecycle fit digits\n"
                   "  onecycle fit table.csv --target price --epochs 50 --max-lr 0.01\n"
                   "  onecycle fit --config runs/digits-mlp-001/config.toml    the same run again");
  add_flags(line, flags);
  if (!line.parse(arguments)) {
    return 0;
  }
  const auto given = given_rates(flags);
  const auto plateau = resolve_plateau(flags);
  const TrainingPlan plan = plan_training(flags.training);
  if (!flags.out.empty()) {
    require_free_run_folder(flags.out, flags.force);
  }
  Training training = make_training(flags.training, plan);
  // Before the finder takes its time, and before there is a folder.
  training.learner->check(
      {.epochs = flags.epochs, .lr = given.value_or(1.0), .schedule = plan.schedule});
  RunFolder folder = claim_folder(flags, training.source.name);
  catch_interrupt();

  Learner& learner = *training.learner;
  const auto best = std::make_shared<BestWeights>(learner.model());
  Callbacks callbacks{best};
  if (plateau) {
    callbacks.push_back(plateau_callback(*plateau, learner.run()));
  }
  const Rates rates = given ? *given : find_rate(learner, plan.schedule, flags);
  FitResult result = learner.fit({.epochs = flags.epochs,
                                  .lr = rates,
                                  .schedule = plan.schedule,
                                  .callbacks = with_progress(flags, "", callbacks)});
  Outcome outcome = look_at(training, std::move(result), *best);
  outcome.max_lr = rates.for_groups(learner.model().groups.size());
  describe_run(learner.run(), folder, line.settings(), environment(flags.training));
  save(folder, training, *best, line.config());
  show(outcome, folder, learner.run(), flags.output.json);
  check_end(outcome, folder);
  return 0;
}

}  // namespace onecycle::cli
