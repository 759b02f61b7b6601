#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/model/catalogue.h"
#include "program/options_table.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

Json model_json(const ModelInfo& model) {
  Json options = Json::array();
  for (const FieldInfo& field : model.options) {
    options.push_back({{"name", field.name},
                       {"default", field.default_value},
                       {"accepts", field.range},
                       {"meaning", field.meaning}});
  }
  return {{"name", model.name}, {"summary", model.summary}, {"options", options}};
}

void print_model(const ModelInfo& model) {
  print(cat(model.name, ": ", model.summary, "\n\n"));
  print_fields(model.options);
}

void print_models() {
  Table table{{"model", "what it is"}, {}};
  for (const ModelInfo& model : models()) {
    table.rows.push_back({model.name, model.summary});
  }
  print(table);
  print("\nOptions of one: onecycle models NAME. In --model: 'resnet18(head=fastai)'\n");
}

struct ModelsFlags {
  std::string name;
  bool json = false;
};

CommandLine models_command_line(ModelsFlags& flags) {
  CommandLine line("models", "Lists the models, or the options of one.",
                   "  onecycle models resnet18");
  line.operand({.name = "name",
                .label = "NAME",
                .help = "one model",
                .saved = false,
                .choices = model_names()},
               &flags.name);
  add_json_flag(line, flags.json);
  return line;
}

int run_models(const Arguments& arguments) {
  ModelsFlags flags;
  if (!models_command_line(flags).parse(arguments)) {
    return 0;
  }
  if (!flags.name.empty()) {
    const ModelInfo& model = find_model(flags.name);
    flags.json ? print_json(model_json(model)) : print_model(model);
    return 0;
  }
  if (!flags.json) {
    print_models();
    return 0;
  }
  Json all = Json::array();
  for (const ModelInfo& model : models()) {
    all.push_back(model_json(model));
  }
  print_json({{"models", all}});
  return 0;
}

}  // namespace

Verb models_verb() {
  return {.name = "models",
          .brief = "list the models and their options",
          .describe = [] { return spec_of(models_command_line); },
          .run = run_models};
}

}  // namespace onecycle::cli
