#include <algorithm>

#include "flags/prescription.h"
#include "flags/training.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/report/render.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/rates.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct ScheduleFlags {
  std::vector<std::string> policies;
  std::int64_t iterations = 100;
  std::string max_lr = "1";
  std::int64_t groups = 1;
  bool csv = false;
  bool json = false;
  std::string plot;  // empty: none; `true`: in the terminal; else a file
};

void print_all(const std::vector<Prescription>& list) {
  if (list.size() == 1) {
    print_json(json_of(list.front()));
    return;
  }
  Json all = Json::array();
  for (const Prescription& prescription : list) {
    all.push_back(json_of(prescription));
  }
  print_json(Json{{"schedules", std::move(all)}});
}

void show(const std::vector<Prescription>& list, const ScheduleFlags& flags) {
  const bool here = flags.plot == "true";
  if (here) {
    print(render_terminal(plots_of(list), terminal_of(stdout)));
  } else if (!flags.plot.empty()) {
    render(plots_of(list), flags.plot);
  }
  if (flags.json) {
    print_all(list);
  } else if (flags.csv) {
    print(csv_of(table_of(list, format_number)));
  } else {
    print(cat(here ? "\n" : "", words_of(list), "\n"));
    if (flags.plot.empty()) {
      print("\n");
      print(table_of(list, [](double value) { return format_brief(value, 6); }));
    }
  }
}

/// The policy whose options the command line has: the first argument that is one's name.
const PolicyInfo* named_policy(const Arguments& arguments) {
  for (const std::string& argument : arguments) {
    for (const PolicyInfo& policy : policies()) {
      if (policy.name == argument) {
        return &policy;
      }
    }
  }
  return nullptr;
}

using Chosen = std::vector<std::pair<std::string, std::optional<std::string>>>;

CommandLine schedule_command_line(ScheduleFlags& flags) {
  CommandLine line("schedule", "Says, prints and draws what policies prescribe at each iteration.",
                   "  onecycle schedule one_cycle --iterations 100 --max-lr 0.1 --plot\n"
                   "  onecycle schedule one_cycle --help             the options of a policy\n"
                   "  onecycle schedule one_cycle cosine wsd --plot=three.svg\n"
                   "  onecycle schedule 'warmup(10%) then cosine' --iterations 20 --csv");
  line.operands({.name = "policy",
                 .label = "POLICY...",
                 .help = "names (onecycle policies), or policies put together, each in quotes",
                 .saved = false,
                 .choices = policy_names()},
                &flags.policies);
  line.option({.name = "iterations",
               .label = "N",
               .help = "weight updates of the run",
               .range = {.low = 1, .high = 10'000'000},
               .saved = false},
              &flags.iterations);
  line.option({.name = "max-lr",
               .label = "X|LO:HI",
               .help = "peak rate, or from the first group to the last",
               .saved = false},
              &flags.max_lr);
  line.option({.name = "groups",
               .label = "N",
               .help = "parameter groups",
               .range = {.low = 1, .high = 1000},
               .saved = false},
              &flags.groups);
  line.option({.name = "csv", .help = "as CSV, every digit", .saved = false}, &flags.csv);
  add_json_flag(line, flags.json);
  line.option({.name = "plot",
               .label = "[=FILE]",
               .help = "draw it here, or into FILE.svg or FILE.png",
               .optional_value = true,
               .saved = false},
              &flags.plot);
  return line;
}

/// A flag for each option of `policy`; what is given goes to `chosen`.
void add_options(CommandLine& line, const PolicyInfo& policy, Chosen& chosen) {
  line.heading(cat("Options of ", policy.name));
  chosen.reserve(policy.fields.size());  // the command line keeps pointers into it
  for (const FieldInfo& field : policy.fields) {
    std::string name = field.name;
    std::replace(name.begin(), name.end(), '_', '-');
    chosen.emplace_back(field.name, std::nullopt);
    line.option({.name = name,
                 .label = field.unit == "choice" ? join(field.choices, "|") : "X",
                 .help = field.meaning,
                 .default_note = field.default_value,
                 .optional_value = field.unit == "yes/no",
                 .saved = false},
                &chosen.back().second);
  }
}

int run_schedule(const Arguments& arguments) {
  ScheduleFlags flags;
  CommandLine line = schedule_command_line(flags);
  Chosen chosen;
  const PolicyInfo* policy = named_policy(arguments);
  if (policy != nullptr) {
    add_options(line, *policy, chosen);
  } else if (!arguments.empty() && !arguments[0].starts_with('-')) {
    (void)parse_group_schedules(arguments[0]);  // before flags of its policy are refused
  }
  if (!line.parse(arguments)) {
    return 0;
  }
  require(!flags.policies.empty(), ErrorKind::usage,
          "expected a policy, such as one_cycle; onecycle policies lists them");
  std::vector<Setting> settings;
  for (const auto& [name, value] : chosen) {
    if (value) {
      settings.push_back({name, *value});
    }
  }
  const auto peaks =
      Rates::parse(flags.max_lr, "--max-lr").for_groups(static_cast<std::size_t>(flags.groups));
  const bool alone = flags.policies.size() == 1;
  require(alone || settings.empty(), ErrorKind::usage,
          "expected options in parentheses where there are several policies, as in "
          "'one_cycle(div=10)', got --",
          settings.empty() ? "" : settings.front().name);
  std::vector<Prescription> list;
  for (const std::string& text : flags.policies) {
    const bool by_name = alone && policy != nullptr && policy->name == text;
    list.push_back(
        prescribe(by_name ? GroupSchedules(policy->make(settings)) : parse_group_schedules(text),
                  peaks, flags.iterations, alone ? "" : text));
  }
  show(list, flags);
  return 0;
}

}  // namespace

Verb schedule_verb() {
  return {.name = "schedule",
          .brief = "print or draw the rates of a policy",
          .describe = [] { return spec_of(schedule_command_line); },
          .run = run_schedule};
}

}  // namespace onecycle::cli
