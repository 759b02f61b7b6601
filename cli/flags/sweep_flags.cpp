#include "flags/sweep_flags.h"

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/finder/suggest.h"
#include "onecycle/schedule/field.h"

namespace onecycle::cli {
namespace {

std::string convention_names() {
  std::vector<std::string> names;
  for (const NamedSetup& entry : finder_setups()) {
    names.emplace_back(entry.name);
  }
  return join(names, ", ");
}

Spacing parse_spacing(const std::string& text) {
  const auto spacing = detail::parse_value<Spacing>(text);
  require(spacing.has_value(), ErrorKind::usage, "--spacing: expected exponential or linear, got '",
          text, "'");
  return *spacing;
}

const NamedSetup& parse_convention(const std::string& text) {
  const auto& all = finder_setups();
  const bool known = std::any_of(all.begin(), all.end(),
                                 [&](const NamedSetup& entry) { return entry.name == text; });
  require(known, ErrorKind::usage, "--convention: expected one of ", convention_names(), ", got '",
          text, "'");
  return find_setup(text);
}

/// `first`, then the others of `rules`.
std::string put_first(std::string_view first, const std::string& rules) {
  std::vector<std::string> all = split(rules, ',');
  std::erase(all, first);
  all.emplace(all.begin(), first);
  return join(all, ",");
}

}  // namespace

void add_sweep_flags(CommandLine& line, SweepFlags& flags) {
  line.heading("Finder");
  line.option({.name = "iterations",
               .label = "N",
               .help = "weight updates, one at each rate",
               .range = {.low = static_cast<double>(kFewestPoints), .high = 10'000'000}},
              &flags.sweep.num_it);
  line.option({.name = "start-lr",
               .label = "X",
               .help = "the lowest rate",
               .range = kPositive,
               .default_note = "as the convention; 1e-07"},
              &flags.sweep.start_lr);
  line.option({.name = "end-lr",
               .label = "X",
               .help = "the highest rate",
               .range = kPositive,
               .default_note = "as the convention; 10"},
              &flags.sweep.end_lr);
  line.option({.name = "spacing", .label = "NAME", .help = "of the rates: exponential or linear"},
              &flags.spacing);
  line.option({.name = "convention",
               .label = "NAME",
               .help = cat("whose grid, smoothing and stop rule: ", convention_names())},
              &flags.convention);
  line.option({.name = "rule", .label = "A,B", .help = "the suggestions to show, or all"},
              &flags.rules);
}

FinderSetup plan_sweep(const CommandLine& line, SweepFlags& flags) {
  const NamedSetup& convention = parse_convention(flags.convention);
  FinderSetup setup = convention.setup;
  Sweep& sweep = setup.sweep;
  sweep.num_it = line.given("iterations") ? flags.sweep.num_it : sweep.num_it;
  sweep.start_lr = line.given("start-lr") ? flags.sweep.start_lr : sweep.start_lr;
  sweep.end_lr = line.given("end-lr") ? flags.sweep.end_lr : sweep.end_lr;
  sweep.spacing = parse_spacing(flags.spacing);
  sweep.check();
  flags.sweep = sweep;
  if (!line.given("rule")) {
    flags.rules = put_first(convention.rule, flags.rules);
  }
  parse_rules(flags.rules);
  return setup;
}

std::vector<std::string> parse_rules(const std::string& text) {
  std::vector<std::string> rules;
  if (text == "all") {
    return rules;
  }
  for (const std::string& piece : split(text, ',')) {
    rules.emplace_back(find_rule(trim(piece)).name);
  }
  return rules;
}

}  // namespace onecycle::cli
