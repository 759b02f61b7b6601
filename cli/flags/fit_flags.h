// What `fit` is told: its options, and what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flags/training.h"
#include "onecycle/schedule/length.h"
#include "onecycle/schedule/plateaus.h"
#include "onecycle/schedule/rates.h"
#include "onecycle/train/checkpoint.h"
#include "program/output.h"

namespace onecycle::cli {

struct FitFlags {
  TrainingFlags training;
  OutputFlags output;
  std::int64_t epochs = 30;
  std::string max_lr = "auto";
  std::optional<std::string> plateau;
  std::optional<std::string> unfreeze_at;
  std::optional<std::int64_t> fine_tune;
  std::string head_lr = "auto";
  std::string keep = "best";
  std::string metric = "loss";
  std::string swa_from = "75%";
  double ema_decay = 0.999;
  std::int64_t snapshots = 5;
  std::optional<std::int64_t> early_stop;
  std::optional<std::string> time_budget;
  bool rollback = false;
  std::optional<std::string> checkpoint_every;
  std::int64_t keep_checkpoints = 2;
  std::string on_checkpoint_failure = "go-on";
  std::optional<std::string> log;
  std::string out;
  bool force = false;
  bool explain = false;
};

/// The command line of `fit`, which `resume` reads from a run's configuration. `flags` must outlive
/// it.
CommandLine fit_command_line(FitFlags& flags);
/// The same as `fine-tune` presents it.
CommandLine fine_tune_command_line(FitFlags& flags);

/// What stands in the flags, understood.
struct FitRequest {
  std::optional<Rates> rates;       ///< nothing: to be found
  bool rates_by_group = false;      ///< whether they are those of each group, as in LO:HI
  std::optional<Rates> head_rates;  ///< with the head alone; nothing: to be found
  std::optional<PlateauOptions> plateau;
  std::vector<std::int64_t> unfreeze_at;
  std::vector<std::string> keep;
  Length swa_from;
  std::optional<double> time_budget;  ///< seconds
  std::optional<CheckpointInterval> checkpoint_every;
  bool go_on_without_checkpoint = true;
  std::vector<std::string> logs;
};

/// Throws a usage error for anything that cannot be meant. Spells out what `flags` leave open.
FitRequest understand(FitFlags& flags);

}  // namespace onecycle::cli
