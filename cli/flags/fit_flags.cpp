#include "flags/fit_flags.h"

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/report/run_log.h"

namespace onecycle::cli {
namespace {

const std::vector<std::string>& kept_names() {
  static const std::vector<std::string> names{"best", "swa", "ema", "lows", "ensemble"};
  return names;
}

void add_rates(CommandLine& line, FitFlags& flags) {
  line.heading("Fit");
  line.option({.name = "epochs",
               .label = "N",
               .help = "passes over the training set",
               .range = {.low = 1, .high = 1'000'000'000}},
              &flags.epochs);
  line.option({.name = "max-lr",
               .label = "auto|X|LO:HI",
               .help = "peak rate: found, given, or from the first layers to the last",
               .choices = {"auto"}},
              &flags.max_lr);
  line.option({.name = "plateau",
               .label = "PLATEAU",
               .help = "cut the rate when the loss no longer falls; see onecycle policies",
               .default_note = "none"},
              &flags.plateau);
  line.option({.name = "unfreeze-at",
               .label = "A,B",
               .help = "epochs, from 0, before which the next group thaws, head first; the last "
                       "thaws all",
               .default_note = "never"},
              &flags.unfreeze_at);
  line.option({.name = "fine-tune",
               .label = "N",
               .help = "N epochs with the head alone before the others, as fastai's fine_tune",
               .range = kAtLeastOne,
               .default_note = flags.fine_tune ? "1" : "none"},
              &flags.fine_tune);
  line.option({.name = "head-lr",
               .label = "auto|X",
               .help = "peak rate with the head alone",
               .default_note = "that of --max-lr; found anew if that is auto",
               .choices = {"auto"}},
              &flags.head_lr);
}

void add_weights(CommandLine& line, FitFlags& flags) {
  line.heading("Which weights");
  line.option({.name = "keep",
               .label = "A,B",
               .help = "beside the last: " + join(kept_names(), ", ") + "; or none",
               .choices = kept_names()},
              &flags.keep);
  line.option(
      {.name = "metric", .label = "NAME", .help = "that decides about best and --early-stop"},
      &flags.metric);
  line.option({.name = "swa-from",
               .label = "LENGTH",
               .help = "where the average swa begins: a share of the fit, or iterations"},
              &flags.swa_from);
  line.option({.name = "ema-decay",
               .label = "X",
               .help = "how much of the average ema stays at each iteration",
               .range = kMomentum},
              &flags.ema_decay);
  line.option({.name = "snapshots",
               .label = "N",
               .help = "members of the ensemble, the last at the lows of the rate",
               .range = kCount},
              &flags.snapshots);
}

void add_ends(CommandLine& line, FitFlags& flags) {
  line.heading("Stopping");
  line.option({.name = "early-stop",
               .label = "N",
               .help = "end after N epochs without an improvement",
               .range = kAtLeastOne,
               .default_note = "never"},
              &flags.early_stop);
  line.option({.name = "time-budget",
               .label = "TIME",
               .help = "end after 90s, 10m or 2h of training",
               .default_note = "none"},
              &flags.time_budget);
  line.option({.name = "rollback",
               .help = "where the loss climbs, go back to before the epoch with half the rate"},
              &flags.rollback);
}

void add_files(CommandLine& line, FitFlags& flags) {
  line.heading("Files");
  line.option({.name = "out",
               .label = "DIR",
               .help = "the run's folder",
               .default_note = "runs/DATA-MODEL-001, -002, ...",
               .saved = false},
              &flags.out);
  line.option({.name = "force", .help = "replace the run in DIR", .saved = false}, &flags.force);
  line.option({.name = "checkpoint-every",
               .label = "N|TIME|epoch",
               .help = "iterations, 90s, 10m, or epoch: what onecycle resume goes on from",
               .default_note = "only when interrupted"},
              &flags.checkpoint_every);
  line.option({.name = "keep-checkpoints",
               .label = "N",
               .help = "the newest so many stay",
               .range = kCount},
              &flags.keep_checkpoints);
  line.option({.name = "on-checkpoint-failure",
               .label = "go-on|stop",
               .help = "what to do when one cannot be written, as on a full disk",
               .choices = {"go-on", "stop"}},
              &flags.on_checkpoint_failure);
  line.option({.name = "log",
               .label = "A,B",
               .help = join(log_names(), ", ") + ": files that grow with each epoch",
               .default_note = "none",
               .choices = log_names()},
              &flags.log);
  line.option({.name = "explain", .help = "say what would be done, and do nothing", .saved = false},
              &flags.explain);
}

std::vector<std::int64_t> parse_epochs(const std::string& text) {
  std::vector<std::int64_t> epochs;
  for (const std::string& piece : split(text, ',')) {
    const auto epoch = parse_integer(piece);
    require(epoch.has_value(), ErrorKind::usage,
            "--unfreeze-at: expected epochs with commas between them, as in 1,3,5, got '", text,
            "'");
    epochs.push_back(*epoch);
  }
  return epochs;
}

/// Names with commas between them, each of `known` and once.
std::vector<std::string> parse_names(const std::string& text, const std::string& flag,
                                     const std::vector<std::string>& known) {
  std::vector<std::string> names;
  for (const std::string& piece : split(text, ',')) {
    const std::string name(trim(piece));
    require(std::find(known.begin(), known.end(), name) != known.end(), ErrorKind::usage, flag,
            ": unknown name '", name, "'", suggest_name(name, known));
    require(std::find(names.begin(), names.end(), name) == names.end(), ErrorKind::usage, flag,
            ": expected each name once, got '", name, "' twice");
    names.push_back(name);
  }
  return names;
}

double parse_time(const std::string& text) {
  const auto interval = CheckpointInterval::parse(text, "--time-budget");
  require(interval.seconds.has_value(), ErrorKind::usage,
          "--time-budget: expected a time such as 90s, 10m or 2h, got '", text, "'");
  return *interval.seconds;
}

}  // namespace

namespace {

void add_fit_options(CommandLine& line, FitFlags& flags) {
  add_data(line, flags.training.data);
  add_rates(line, flags);
  add_training_flags(line, flags.training);
  add_policy_flag(line, flags.training);
  add_weights(line, flags);
  add_ends(line, flags);
  add_files(line, flags);
  add_output_flags(line, flags.output);
}

}  // namespace

CommandLine fit_command_line(FitFlags& flags) {
  CommandLine line("fit", "Trains on DATA and writes a report.",
                   "  onecycle fit digits\n"
                   "  onecycle fit table.csv --target price --epochs 50 --max-lr 0.01\n"
                   "  onecycle fit digits --keep best,swa,ema --checkpoint-every epoch\n"
                   "  onecycle fit --config runs/digits-mlp-001/config.toml    the same run again");
  add_fit_options(line, flags);
  return line;
}

CommandLine fine_tune_command_line(FitFlags& flags) {
  flags.fine_tune = 1;  // fastai's defaults
  flags.epochs = 5;
  CommandLine line(
      "fine-tune",
      "Trains a pretrained model on DATA: first a new head with the body frozen, then everything,\n"
      "the early layers at lower rates.",
      "  onecycle fine-tune photos --image-size 224 --model resnet18 --weights "
      "resnet18.safetensors\n"
      "  onecycle fine-tune photos --model resnet20 --weights "
      "runs/cifar-resnet20-001/model.safetensors\n"
      "Stage by stage: onecycle fit with --weights and --freeze-to -1, then with --weights of that "
      "run.");
  add_fit_options(line, flags);
  return line;
}

FitRequest understand(FitFlags& flags) {
  FitRequest request;
  if (flags.max_lr != "auto") {
    request.rates = Rates::parse(flags.max_lr, "--max-lr");
    request.rates_by_group = flags.max_lr.find_first_of(":,*") != std::string::npos;
  }
  if (flags.head_lr != "auto") {
    require(flags.fine_tune.has_value(), ErrorKind::usage,
            "--head-lr: expected --fine-tune beside it, got none");
    request.head_rates = Rates::parse(flags.head_lr, "--head-lr");
  } else if (request.rates) {
    request.head_rates = request.rates->highest();
  }
  if (flags.plateau) {
    request.plateau = parse_plateau(*flags.plateau);
    flags.plateau = text_of(*request.plateau);
  }
  if (flags.unfreeze_at) {
    request.unfreeze_at = parse_epochs(*flags.unfreeze_at);
  }
  if (flags.fine_tune) {
    const std::string policy = parse_group_schedules(flags.training.policy).text();
    require(policy == GroupSchedules(OneCycle{}).text() && !flags.training.freeze_to &&
                !flags.unfreeze_at,
            ErrorKind::usage,
            "--fine-tune: expected no --policy, --freeze-to or --unfreeze-at, got one of them: "
            "fine-tuning is two 1cycles, the first with the head alone");
  }
  if (flags.keep != "none") {
    request.keep = parse_names(flags.keep, "--keep", kept_names());
  }
  const auto swa_from = Length::parse(flags.swa_from);
  require(swa_from.has_value(), ErrorKind::usage, "--swa-from: expected ", Length::accepts,
          ", got '", flags.swa_from, "'");
  request.swa_from = *swa_from;
  if (flags.time_budget) {
    request.time_budget = parse_time(*flags.time_budget);
  }
  if (flags.checkpoint_every) {
    request.checkpoint_every =
        CheckpointInterval::parse(*flags.checkpoint_every, "--checkpoint-every");
  }
  require(flags.on_checkpoint_failure == "go-on" || flags.on_checkpoint_failure == "stop",
          ErrorKind::usage, "--on-checkpoint-failure: expected go-on or stop, got '",
          flags.on_checkpoint_failure, "'");
  request.go_on_without_checkpoint = flags.on_checkpoint_failure == "go-on";
  if (flags.log) {
    request.logs = parse_names(*flags.log, "--log", log_names());
  }
  return request;
}

}  // namespace onecycle::cli
