#include "flags/compare_flags.h"

#include <algorithm>
#include <cctype>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/schedule/group_schedules.h"

namespace onecycle::cli {
namespace {

std::vector<std::string> split_outside_brackets(const std::string& text) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    if (c == ',' && depth == 0) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

/// Letters, digits and `_` of `text`, with one `-` for all between them.
std::string file_name_of(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  constexpr std::size_t kLongest = 60;
  name = name.substr(0, kLongest);
  while (name.ends_with('-')) {
    name.pop_back();
  }
  return name;
}

/// `name`, or with the first number that no other has.
std::string free_name(const std::string& name, const std::vector<NamedPolicy>& others) {
  const auto taken = [&](const std::string& candidate) {
    return std::any_of(others.begin(), others.end(),
                       [&](const NamedPolicy& other) { return other.folder == candidate; });
  };
  std::string candidate = name;
  for (int i = 2; taken(candidate); ++i) {
    candidate = cat(name, "-", i);
  }
  return candidate;
}

}  // namespace

CommandLine compare_command_line(CompareFlags& flags) {
  CommandLine line(
      "compare",
      "Trains the same model under several policies, several seeds each, on equal budgets,\n"
      "and says which is best, and whether by more than the seeds lie apart.",
      "  onecycle compare digits\n"
      "  onecycle compare digits --policies one_cycle,cosine,'sgdr(cycles=2)' --seeds 5\n"
      "  onecycle compare table.csv --target price --epochs 50 --max-lr 0.01");
  add_data(line, flags.training.data);
  line.heading("Comparison");
  line.option({.name = "policies",
               .label = "A,B",
               .help = "with commas between them; see onecycle policies",
               .choices = policy_names()},
              &flags.policies);
  line.option(
      {.name = "seeds",
       .label = "N",
       .help = "runs of each policy: with --seed and the numbers after it, all on the split "
               "of --split-seed",
       .range = {.low = 1, .high = 1000}},
      &flags.seeds);
  line.option({.name = "epochs",
               .label = "N",
               .help = "passes over the training set, of each run",
               .range = {.low = 1, .high = 1'000'000'000}},
              &flags.epochs);
  line.option({.name = "max-lr",
               .label = "auto|X|LO:HI",
               .help = "peak rate: found for each policy with the first seed, or the same for all"},
              &flags.max_lr);
  line.option({.name = "metric",
               .label = "NAME",
               .help = "that decides, after the last epoch: loss, or a metric",
               .default_note = "accuracy of a classification, else loss"},
              &flags.metric);
  line.option({.name = "reach",
               .label = "X",
               .help = "value of the metric whose time is taken",
               .default_note = "the worst of the policies' medians at the end"},
              &flags.reach);
  add_training_flags(line, flags.training);
  line.heading("Files");
  line.option({.name = "out",
               .label = "DIR",
               .help = "folder of the comparison and its runs",
               .default_note = "runs/DATA-MODEL-compare-001, -002, ...",
               .saved = false},
              &flags.out);
  line.option({.name = "force", .help = "replace what is in DIR", .saved = false}, &flags.force);
  line.option({.name = "checkpoint-every",
               .label = "N|TIME|epoch",
               .help = "of each run, for long ones: what onecycle resume goes on from",
               .default_note = "only when interrupted"},
              &flags.checkpoint_every);
  add_output_flags(line, flags.output);
  return line;
}

std::vector<NamedPolicy> parse_policies(const std::string& text) {
  std::vector<NamedPolicy> policies;
  std::vector<std::string> known;
  for (const std::string& piece : split_outside_brackets(text)) {
    const std::string name(trim(piece));
    const std::string full = parse_group_schedules(name).text();
    require(std::find(known.begin(), known.end(), full) == known.end(), ErrorKind::usage,
            "--policies: expected each policy once, got '", name, "' twice");
    known.push_back(full);
    policies.push_back({.text = name, .folder = free_name(file_name_of(name), policies)});
  }
  return policies;
}

}  // namespace onecycle::cli
