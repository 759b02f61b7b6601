#include <algorithm>
#include <filesystem>
#include <map>

#include "flags/data_flags.h"
#include "jobs/saved_models.h"
#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/data/table_inputs.h"
#include "onecycle/report/html.h"
#include "onecycle/report/summary.h"
#include "onecycle/train/predictions.h"
#include "program/output.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

constexpr std::int64_t kExamplesAtOnce = 256;  // examples

struct ValidateFlags {
  std::string run;
  DataFlags data;
  bool flip = false;
  std::string out;
  OutputFlags output;
};

std::string describe_task(const Task& task) {
  Arguments sizes;
  for (const std::int64_t size : task.input_shape) {
    sizes.push_back(cat(size));
  }
  return cat(to_string(task.kind), " of inputs of ", join(sizes, " x "));
}

/// A table, of which the model decides how it is read: what columns, what categories.
LoadedData read_table_for(const Task& task, const std::string& path) {
  const TableInputs table = read_table_examples(path, task);
  return {.name = std::filesystem::path(path).stem().native(),
          .examples = std::make_shared<TensorDataset>(table.inputs, table.targets),
          .targets = table.targets,
          .task = task,
          .facts = {{"examples", cat(table.lines.size())}}};
}

/// The data as the model wants them: images of its size, a table with its columns.
LoadedData open_for(const SavedModels& models, DataFlags& flags) {
  const Task& task = models.task();
  if (!task.features.empty() && std::filesystem::is_regular_file(flags.source)) {
    return read_table_for(task, flags.source);
  }
  DataPlan plan = plan_data(flags);
  if (models.first().resize) {
    require(!is_built_in(flags.source), ErrorKind::data, flags.source,
            ": expected images in files, as the model was trained on, got a built-in data set");
    plan.reading.images.size =
        ImageSize{.height = task.input_shape[1], .width = task.input_shape[2]};
    plan.reading.images.resize = *models.first().resize;
    plan.reading.images.channels = task.input_shape[0];
  }
  LoadedData data = open(flags, plan);
  require(data.task.kind == task.kind && data.task.input_shape == task.input_shape &&
              data.task.features == task.features,
          ErrorKind::data, flags.source,
          ": expected data like those that the model was trained on (", describe_task(task),
          "), got ", describe_task(data.task),
          data.task.features == task.features ? "" : " and other columns");
  return data;
}

/// The model's index of each class of the data: they may have fewer classes, in another order.
std::vector<std::int64_t> class_map(const Task& model, const Task& data,
                                    const std::string& source) {
  std::vector<std::int64_t> map;
  map.reserve(data.classes.size());
  for (const std::string& name : data.classes) {
    const auto found = std::find(model.classes.begin(), model.classes.end(), name);
    require(found != model.classes.end(), ErrorKind::data, source,
            ": expected the classes that the model knows, got '", name, "'",
            suggest_name(name, model.classes));
    map.push_back(found - model.classes.begin());
  }
  return map;
}

struct Measured {
  torch::Tensor outputs;  // see `predict`
  torch::Tensor targets;
  std::vector<std::int64_t> indices;  // in the data
};

Measured measure_models(const SavedModels& models, const LoadedData& data, bool flip,
                        const std::string& source) {
  Measured measured;
  if (data.parts) {
    measured.indices = data.parts->valid;
  } else {
    measured.indices.resize(static_cast<std::size_t>(data.examples->size()));
    for (std::size_t i = 0; i < measured.indices.size(); ++i) {
      measured.indices[i] = static_cast<std::int64_t>(i);
    }
  }
  const torch::Tensor where = torch::tensor(measured.indices, torch::kLong);
  std::vector<torch::Tensor> outputs;
  for (const torch::Tensor& some : where.split(kExamplesAtOnce)) {
    const torch::Tensor inputs = data.examples->get(some).inputs;
    outputs.push_back(models.predict(inputs, flip));
  }
  measured.outputs = at::cat(outputs);
  measured.targets = data.targets.index_select(0, where);
  if (data.task.kind == TaskKind::classification) {
    measured.targets = torch::tensor(class_map(models.task(), data.task, source), torch::kLong)
                           .index_select(0, measured.targets);
  }
  return measured;
}

/// Name and value of what the outputs are worth.
std::vector<std::pair<std::string, double>> metrics_of(const Task& task, const Measured& measured) {
  const torch::Tensor outputs = measured.outputs.to(torch::kDouble);
  if (task.kind == TaskKind::regression) {
    const torch::Tensor error = outputs - measured.targets.to(torch::kDouble);
    return {{"mse", error.square().mean().item<double>()},
            {"mae", error.abs().mean().item<double>()}};
  }
  const torch::Tensor right = outputs.gather(1, measured.targets.unsqueeze(1)).squeeze(1);
  return {{"loss", -right.log().mean().item<double>()},
          {"accuracy",
           outputs.argmax(1).eq(measured.targets).to(torch::kDouble).mean().item<double>()}};
}

/// The record from which a page is made.
Run validation_record(const SavedModels& models, const LoadedData& data, const Measured& measured,
                      const ValidateFlags& flags) {
  Run run;
  run.name = cat(flags.run, " on ", data.name);
  run.settings = {{"run", flags.run}, {"data", flags.data.source}};
  run.settings.insert(run.settings.end(), data.facts.begin(), data.facts.end());
  for (const auto& [name, value] : metrics_of(models.task(), measured)) {
    run.settings.push_back({name, format_brief(value)});
  }
  if (models.task().kind == TaskKind::classification) {
    run.predictions = classify_mistakes(measured.outputs.clamp_min(1e-30).log(), measured.targets,
                                        models.task().classes);
    run.predictions->weights = flags.run;
    for (Mistake& mistake : run.predictions->worst) {
      mistake.example = measured.indices[static_cast<std::size_t>(mistake.example)];
      const torch::Tensor input =
          data.examples->slice(mistake.example, mistake.example + 1).inputs[0];
      if (input.dim() == 3) {
        mistake.picture = picture_of(input);
      }
    }
  }
  return run;
}

Json measured_json(const Run& run, const Measured& measured,
                   const std::vector<std::pair<std::string, double>>& metrics) {
  Json json{{"examples", measured.indices.size()}};
  for (const auto& [name, value] : metrics) {
    json[name] = value;
  }
  if (run.predictions) {
    json["classes"] = run.predictions->classes;
    json["confusion"] = run.predictions->confusion;
  }
  return json;
}

CommandLine validate_command_line(ValidateFlags& flags) {
  CommandLine line("validate",
                   "Measures a trained model on DATA: its validation part if it has one, else all.",
                   "  onecycle validate runs/photos-resnet18-001 photos --out mistakes.html");
  line.operand(
      {.name = "run", .label = "RUN", .help = "a run, its name in runs/ or a file of its weights"},
      &flags.run);
  add_data(line, flags.data);
  line.option(
      {.name = "flip", .help = "the mean of the answers to each image and its mirror image"},
      &flags.flip);
  line.option({.name = "out",
               .label = "FILE",
               .help = "a page with the confusion matrix and the worst mistakes",
               .default_note = "none"},
              &flags.out);
  line.option({.name = "bad-images",
               .label = "fatal|skip",
               .help = "what to do with images that cannot be read",
               .choices = {"fatal", "skip"}},
              &flags.data.bad_images);
  add_output_flags(line, flags.output);
  return line;
}

int run_validate(const Arguments& arguments) {
  ValidateFlags flags;
  if (!validate_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(!flags.run.empty() && !flags.data.source.empty(), ErrorKind::usage,
          "expected a run and data; see onecycle validate --help");
  const SavedModels models = load_models(flags.run);
  models.check_flip(flags.flip);
  const LoadedData data = open_for(models, flags.data);
  const Measured measured = measure_models(models, data, flags.flip, flags.data.source);
  const auto metrics = metrics_of(models.task(), measured);
  const Run run = validation_record(models, data, measured, flags);
  if (!flags.out.empty()) {
    write_report(run, flags.out);
  }
  if (flags.output.json) {
    print_json(measured_json(run, measured, metrics));
    return 0;
  }
  Table table{{"examples"}, {{cat(measured.indices.size())}}};
  for (const auto& [name, value] : metrics) {
    table.header.push_back(name);
    table.rows.front().push_back(format_brief(value));
  }
  print(table);
  if (run.predictions && !flags.output.quiet) {
    print("\n");
    print(confusion_table(*run.predictions));
  }
  if (!flags.out.empty()) {
    print(cat("Report: ", flags.out, "\n"));
  }
  return 0;
}

}  // namespace

Verb validate_verb() {
  return {.name = "validate",
          .brief = "measure a trained model on data",
          .describe = [] { return spec_of(validate_command_line); },
          .run = run_validate};
}

}  // namespace onecycle::cli
