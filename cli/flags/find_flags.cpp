#include "flags/find_flags.h"

#include <algorithm>
#include <vector>

#include "onecycle/core/error.h"
#include "program/interrupt.h"

namespace onecycle::cli {

CommandLine find_command_line(FindFlags& flags) {
  CommandLine line("find", "Tries rising learning rates on DATA and says which to use.",
                   "  onecycle find digits\n"
                   "  onecycle find table.csv --target price --rule valley,minimum --json\n"
                   "  onecycle find digits --convention lightning --spacing linear\n"
                   "  onecycle find --from runs/digits-mlp-001    where that run is by now");
  add_data(line, flags.training.data);
  add_sweep_flags(line, flags.sweep);
  line.option({.name = "group",
               .label = "NAME",
               .help = "sweep the rate of this group alone, the others standing still",
               .default_note = "all groups together"},
              &flags.group);
  line.option({.name = "ratio",
               .label = "LO:HI",
               .help = "sweep all groups, their rates in this ratio, as in 0.01:1",
               .default_note = "the same rate for all"},
              &flags.ratio);
  line.option({.name = "valid-loss",
               .label = "N",
               .help = "plot the loss on N validation batches, with 0 on all",
               .range = kNotNegative,
               .default_note = "the training loss"},
              &flags.valid_loss);
  line.option({.name = "snapshot",
               .label = "memory|disk",
               .help = "where the state waits for the end of the sweep",
               .choices = {"memory", "disk"}},
              &flags.snapshot);
  line.option(
      {.name = "from",
       .label = "RUN",
       .help = "begin at the newest checkpoint of that folder, or name in runs/; its settings hold",
       .saved = false},
      &flags.from);
  line.option(
      {.name = "explain", .help = "say what would be tried, and do nothing", .saved = false},
      &flags.explain);
  add_training_flags(line, flags.training);
  add_policy_flag(line, flags.training);
  add_output_flags(line, flags.output);
  line.option({.name = "out", .label = "DIR", .help = "write find.csv there", .saved = false},
              &flags.out);
  line.option({.name = "force", .help = "replace the files in DIR", .saved = false}, &flags.force);
  line.option(
      {.name = "plot", .label = "FILE", .help = "draw into FILE.svg or FILE.png", .saved = false},
      &flags.plot);
  return line;
}

FindOptions find_options(const FindFlags& flags, const FinderSetup& setup, const Model& model) {
  FindOptions options{.setup = setup,
                      .rules = parse_rules(flags.sweep.rules),
                      .interrupted = interrupted,
                      .certify = true};
  if (flags.group) {
    std::vector<std::string> names;
    names.reserve(model.groups.size());
    for (const LayerGroup& group : model.groups) {
      names.push_back(group.name);
    }
    const auto found = std::find(names.begin(), names.end(), *flags.group);
    require(found != names.end(), ErrorKind::usage, "--group: unknown group '", *flags.group, "'",
            suggest_name(*flags.group, names));
    options.group = static_cast<std::size_t>(found - names.begin());
  }
  if (flags.ratio) {
    options.multipliers = Rates::parse(*flags.ratio, "--ratio").for_groups(model.groups.size());
    const double head = options.multipliers.back();
    for (double& multiplier : options.multipliers) {
      multiplier /= head;
    }
  }
  options.valid_batches = flags.valid_loss;
  require(flags.snapshot == "memory" || flags.snapshot == "disk", ErrorKind::usage,
          "--snapshot: expected memory or disk, got '", flags.snapshot, "'");
  options.snapshot = flags.snapshot == "disk" ? Snapshot::disk : Snapshot::memory;
  options.check(model.groups.size());
  return options;
}

}  // namespace onecycle::cli
