#include "onecycle/core/text.h"
#include "onecycle/schedule/catalogue.h"
#include "output.h"
#include "verbs.h"

namespace onecycle::cli {
namespace {

Json to_json(const PolicyInfo& policy) {
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

void print_policy(const PolicyInfo& policy) {
  print(cat(policy.name, ": ", policy.summary, "\nSource: ", policy.source, "\n\n"));
  Table table{{"option", "default", "accepts", "meaning"}, {}};
  for (const FieldInfo& field : policy.fields) {
    table.rows.push_back({field.name, field.default_value, field.range, field.meaning});
  }
  if (table.rows.empty()) {
    print("It has no options.\n");
  } else {
    print(table);
  }
}

void print_all() {
  Table table{{"policy", "what it does"}, {}};
  for (const PolicyInfo& policy : policies()) {
    table.rows.push_back({policy.name, policy.summary});
  }
  print(table);
  print(
      "\nOptions of one: onecycle policies NAME. In --policy: one_cycle(pct_start=0.3); policies\n"
      "may follow one another: linear(start=0.01, end=1) for 5% then cosine\n");
}

}  // namespace

int run_policies(const Arguments& arguments) {
  std::string name;
  bool json = false;
  CommandLine line("policies", "Lists the policies, or the options of one.",
                   "  onecycle policies one_cycle");
  line.operand({.name = "name", .label = "NAME", .help = "one policy", .saved = false}, &name);
  add_json_flag(line, json);
  if (!line.parse(arguments)) {
    return 0;
  }
  if (!name.empty()) {
    const PolicyInfo& policy = find_policy(name);
    json ? print_json(to_json(policy)) : print_policy(policy);
    return 0;
  }
  if (!json) {
    print_all();
    return 0;
  }
  Json list = Json::array();
  for (const PolicyInfo& policy : policies()) {
    list.push_back(to_json(policy));
  }
  print_json({{"policies", list}});
  return 0;
}

}  // namespace onecycle::cli
