// What `compare` is told: its options, and what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flags/training.h"
#include "onecycle/report/policy_comparison.h"
#include "program/output.h"

namespace onecycle::cli {

struct CompareFlags {
  TrainingFlags training;
  OutputFlags output;
  std::string policies = "constant,step,cyclical,sgdr,one_cycle,flat_cosine,wsd";
  std::int64_t seeds = 3;
  std::int64_t epochs = 30;
  std::string max_lr = "auto";
  std::optional<std::string> metric;
  std::optional<double> reach;
  std::optional<std::string> checkpoint_every;
  std::string out;
  bool force = false;
};

/// The command line of `compare`, which `resume` reads from the folder of a comparison. `flags`
/// must outlive it.
CommandLine compare_command_line(CompareFlags& flags);

/// One policy, as the user wrote it.
struct NamedPolicy {
  std::string text;
  std::string folder;  ///< the beginning of the names of its runs' folders
};

/// Splits at the commas that stand outside parentheses and brackets. Throws a usage error for what
/// is no policy, and for one that is named twice.
std::vector<NamedPolicy> parse_policies(const std::string& text);

}  // namespace onecycle::cli
