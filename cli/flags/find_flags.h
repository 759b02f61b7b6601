// The options of `onecycle find`: what is trained, what is swept, what comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "flags/sweep_flags.h"
#include "flags/training.h"
#include "onecycle/train/lr_find.h"
#include "program/output.h"

namespace onecycle::cli {

struct FindFlags {
  TrainingFlags training;
  OutputFlags output;
  SweepFlags sweep;
  std::optional<std::string> group;
  std::optional<std::string> ratio;
  std::optional<std::int64_t> valid_loss;
  std::string snapshot = "memory";
  std::string from;
  bool explain = false;
  std::string out;
  bool force = false;
  std::string plot;
};

/// `flags` must outlive it.
CommandLine find_command_line(FindFlags& flags);

/// What is to be tried on `model`: the sweep `setup` and what the flags say beside it. Throws a
/// usage error that names the flag for what the model has not, or for what cannot be meant
/// together.
FindOptions find_options(const FindFlags& flags, const FinderSetup& setup, const Model& model);

}  // namespace onecycle::cli
