#include <algorithm>

#include "flags/training.h"
#include "onecycle/core/text.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/schedule/plateaus.h"
#include "program/options_table.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

/// What there is to know about a policy or a plateau.
template <class Info>
Json to_json(const Info& policy) {
  Json fields = Json::array();
  for (const FieldInfo& field : policy.fields) {
    fields.push_back({{"name", field.name},
                      {"default", field.default_value},
                      {"accepts", field.range},
                      {"unit", field.unit},
                      {"meaning", field.meaning}});
  }
  return {{"name", policy.name},
          {"summary", policy.summary},
          {"source", policy.source},
          {"options", fields}};
}

template <class Info>
Json list_of(const std::vector<Info>& infos) {
  Json list = Json::array();
  for (const Info& info : infos) {
    list.push_back(to_json(info));
  }
  return list;
}

template <class Info>
void print_options(const Info& policy) {
  print(cat(policy.name, ": ", policy.summary, "\nSource: ", policy.source, "\n\n"));
  print_fields(policy.fields);
}

void print_all() {
  Table table{{"policy", "what it does"}, {}};
  for (const PolicyInfo& policy : policies()) {
    table.rows.push_back({policy.name, policy.summary});
  }
  print(table);
  print(
      "\nOptions of one: onecycle policies NAME. In --policy: one_cycle(pct_start=0.3); policies\n"
      "may follow one another: warmup(5%) then cosine\n\n");
  Table measured{{"driven by losses", "what it does"}, {}};
  for (const PlateauInfo& plateau : plateaus()) {
    measured.rows.push_back({plateau.name, plateau.summary});
  }
  print(measured);
  print("\nThese multiply a policy. In fit --plateau: reduce_on_plateau(factor=0.5, patience=3)\n");
}

template <class Info>
void show(const Info& info, bool json) {
  json ? print_json(to_json(info)) : print_options(info);
}

bool is_plateau(const std::string& name) {
  const auto& list = plateaus();
  return std::any_of(list.begin(), list.end(),
                     [&](const PlateauInfo& plateau) { return plateau.name == name; });
}

struct PoliciesFlags {
  std::string name;
  bool json = false;
};

CommandLine policies_command_line(PoliciesFlags& flags) {
  CommandLine line("policies", "Lists the policies, or the options of one.",
                   "  onecycle policies one_cycle\n"
                   "  onecycle policies reduce_on_plateau");
  line.operand({.name = "name",
                .label = "NAME",
                .help = "one policy",
                .saved = false,
                .choices = policy_names()},
               &flags.name);
  add_json_flag(line, flags.json);
  return line;
}

int run_policies(const Arguments& arguments) {
  PoliciesFlags flags;
  if (!policies_command_line(flags).parse(arguments)) {
    return 0;
  }
  const auto& [name, json] = flags;
  if (!name.empty()) {
    is_plateau(name) ? show(find_plateau(name), json) : show(find_policy(name), json);
  } else if (json) {
    print_json({{"policies", list_of(policies())}, {"plateaus", list_of(plateaus())}});
  } else {
    print_all();
  }
  return 0;
}

}  // namespace

Verb policies_verb() {
  return {.name = "policies",
          .brief = "list the policies and their options",
          .describe = [] { return spec_of(policies_command_line); },
          .run = run_policies};
}

}  // namespace onecycle::cli
