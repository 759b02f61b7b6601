#include <algorithm>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/report/render.h"
#include "onecycle/schedule/catalogue.h"
#include "output.h"
#include "prescription.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

struct ScheduleFlags {
  std::string policy;
  std::int64_t iterations = 100;
  std::string max_lr = "1";
  std::int64_t groups = 1;
  bool csv = false;
  bool json = false;
  std::string plot;  // empty: none; `true`: in the terminal; else a file
};

void print_csv(const Table& table) {
  print(csv_row(table.header));
  for (const auto& row : table.rows) {
    print(csv_row(row));
  }
}

void show(const Prescription& prescription, const Schedule& schedule, const ScheduleFlags& flags) {
  if (!flags.plot.empty()) {
    const auto plots = schedule_plots(prescription.groups, prescription.values);
    if (flags.plot == "true") {
      print(render_terminal(plots, terminal_of(stdout)));
    } else {
      render(plots, flags.plot);
    }
  }
  if (flags.json) {
    print_json(json_of(prescription, schedule));
  } else if (flags.csv) {
    print_csv(table_of(prescription, format_number));
  } else if (flags.plot.empty()) {
    print(table_of(prescription, [](double value) { return format_brief(value, 6); }));
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

void add_flags(CommandLine& line, ScheduleFlags& flags) {
  line.operand({.name = "policy",
                .label = "POLICY",
                .help = "a name (onecycle policies), or policies after one another",
                .saved = false},
               &flags.policy);
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

}  // namespace

int run_schedule(const Arguments& arguments) {
  ScheduleFlags flags;
  CommandLine line("schedule", "Prints what a policy prescribes at each iteration.",
                   "  onecycle schedule one_cycle --iterations 100 --max-lr 0.1 --plot\n"
                   "  onecycle schedule one_cycle --help             the options of a policy\n"
                   "  onecycle schedule 'linear for 10% then cosine' --iterations 20 --csv");
  add_flags(line, flags);
  Chosen chosen;
  const PolicyInfo* policy = named_policy(arguments);
  if (policy != nullptr) {
    add_options(line, *policy, chosen);
  } else if (!arguments.empty() && !arguments[0].starts_with('-')) {
    (void)parse_schedule(arguments[0]);  // before flags that only its policy has are refused
  }
  if (!line.parse(arguments)) {
    return 0;
  }
  require(!flags.policy.empty(), ErrorKind::usage,
          "expected a policy, such as one_cycle; onecycle policies lists them");
  std::vector<Setting> settings;
  for (const auto& [name, value] : chosen) {
    if (value) {
      settings.push_back({name, *value});
    }
  }
  const bool by_name = policy != nullptr && policy->name == flags.policy;
  const Schedule schedule = by_name ? policy->make(settings) : parse_schedule(flags.policy);
  const auto peaks =
      Rates::parse(flags.max_lr, "--max-lr").for_groups(static_cast<std::size_t>(flags.groups));
  show(prescribe(schedule, peaks, flags.iterations), schedule, flags);
  return 0;
}

}  // namespace onecycle::cli
