// The options of a learning-rate sweep: whose conventions, which rates, which rules.
#pragma once

#include <string>

#include "onecycle/finder/sweep_log.h"
#include "program/command_line.h"

namespace onecycle::cli {

/// The suggestions that are shown unless asked otherwise: fastai v2's. All ten would crowd a curve.
inline constexpr const char* kShownRules = "valley,slide,steep,minimum";

struct SweepFlags {
  std::string convention = "onecycle";
  std::string spacing = "exponential";
  Sweep sweep;
  std::string rules = kShownRules;
};

void add_sweep_flags(CommandLine& line, SweepFlags& flags);

/// The finder that the flags ask for: the convention's, with what was given in its place. Resolves
/// `flags`: rates and count become those of the sweep, and the convention's own rule comes first
/// unless rules were given. Throws a usage error for what cannot be meant.
FinderSetup plan_sweep(const CommandLine& line, SweepFlags& flags);

/// The rules in a list with commas; none, which means every one, for `all`. Throws a usage error
/// that names the nearest rule.
std::vector<std::string> parse_rules(const std::string& text);

}  // namespace onecycle::cli
