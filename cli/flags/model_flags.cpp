#include "flags/model_flags.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"
#include "onecycle/model/catalogue.h"
#include "onecycle/model/recognise.h"
#include "onecycle/model/script.h"

namespace onecycle::cli {
namespace {

std::vector<std::int64_t> parse_hidden(const std::string& text) {
  std::vector<std::int64_t> widths;
  for (const std::string& piece : trim(text).empty() ? Arguments{} : split(text, ',')) {
    const auto width = parse_integer(piece);
    require(width && *width >= 1, ErrorKind::usage,
            "--hidden: expected widths >= 1 with commas between them, as in 128,64, got '", text,
            "'");
    widths.push_back(*width);
  }
  return widths;
}

/// The model that the weights are of, if that can be told.
std::optional<ModelPlan> plan_in(const WeightsFile& file) {
  const std::optional<Model> model = recognise_model(file);
  if (!model) {
    return std::nullopt;
  }
  ModelPlan plan;
  for (const auto& [key, value] : model->config) {
    if (key == "model") {
      plan.name = value;
    } else if (key == "hidden") {
      plan.hidden = parse_hidden(value);
    } else if (key != "input_shape" && key != "outputs") {
      plan.options[key] = value;
    }
  }
  return plan;
}

/// Whether a run of onecycle wrote the weights, and for other classes than these.
bool other_classes(const WeightsFile& file, const Task& task) {
  const auto classes = file.metadata.find("task.classes");
  return classes != file.metadata.end() &&
         nlohmann::json::parse(classes->second, nullptr, /*allow_exceptions=*/false) !=
             nlohmann::json(task.classes);
}

}  // namespace

void add_model_flags(CommandLine& line, ModelFlags& flags) {
  line.option(
      {.name = "model",
       .label = "NAME",
       .help = "see onecycle models; options as in 'resnet18(head=fastai)'",
       .default_note = "that of --weights; mlp, for images resnet20, from 65 pixels resnet18",
       .choices = model_names()},
      &flags.name);
  line.option({.name = "hidden",
               .label = "A,B",
               .help = "widths of the hidden layers of an mlp",
               .default_note = "128"},
              &flags.hidden);
  line.option({.name = "weights",
               .label = "FILE",
               .help = "pretrained weights to begin with: safetensors, or torch.save's",
               .default_note = "none"},
              &flags.weights);
  line.option({.name = "allow-partial",
               .help = "also where tensors other than the head's are missing or left over"},
              &flags.allow_partial);
}

std::string ModelPlan::text() const {
  Arguments settings;
  for (const auto& [key, value] : options) {
    settings.push_back(cat(key, "=", value));
  }
  return settings.empty() ? name : cat(name, "(", join(settings, ","), ")");
}

ModelPlan parse_model(const std::string& text) {
  ModelPlan plan;
  const std::size_t open = text.starts_with(kScriptPrefix) ? std::string::npos : text.find('(');
  plan.name = trim(text.substr(0, open));
  if (open != std::string::npos) {
    require(text.ends_with(')'), ErrorKind::usage, "--model: expected '", text,
            "' to end with ), as in resnet18(head=fastai)");
    const std::string inner = text.substr(open + 1, text.size() - open - 2);
    for (const std::string& piece : trim(inner).empty() ? Arguments{} : split(inner, ',')) {
      const std::size_t equals = piece.find('=');
      require(equals != std::string::npos, ErrorKind::usage,
              "--model: expected options NAME=VALUE with commas between them, got '", piece, "'");
      plan.options[std::string(trim(piece.substr(0, equals)))] = trim(piece.substr(equals + 1));
    }
  }
  (void)find_model(plan.name);
  return plan;
}

ModelRecipe ModelRecipe::understand(const ModelFlags& flags) {
  require(!flags.allow_partial || flags.weights, ErrorKind::usage,
          "--allow-partial: expected --weights beside it, got none");
  ModelRecipe recipe{.weights_path = flags.weights.value_or(""),
                     .allow_partial = flags.allow_partial};
  if (flags.hidden) {
    recipe.hidden = parse_hidden(*flags.hidden);
  }
  if (flags.name) {
    recipe.plan = parse_model(*flags.name);
  }
  if (flags.weights) {
    recipe.weights = open_weights(*flags.weights);
    if (!recipe.plan) {
      recipe.plan = plan_in(*recipe.weights);
      require(
          recipe.plan.has_value(), ErrorKind::usage, *flags.weights,
          ": expected weights of a model that is known by their names, got others; say --model");
    }
  }
  if (recipe.plan && recipe.hidden) {
    recipe.plan->hidden = recipe.hidden;
  }
  return recipe;
}

ModelPlan ModelRecipe::plan_for(const LoadedData& data) const {
  constexpr std::int64_t kSmall = 64;
  if (plan) {
    return *plan;
  }
  if (!data.images) {
    return {.name = "mlp", .hidden = hidden};
  }
  const std::vector<std::int64_t>& shape = data.task.input_shape;
  return {.name = std::max(shape[1], shape[2]) <= kSmall ? "resnet20" : "resnet18",
          .hidden = hidden};
}

LoadedModel make(const ModelRecipe& recipe, const ModelPlan& plan, const Task& task) {
  LoadedModel loaded{.model = make_model(plan.name, {.input_shape = task.input_shape,
                                                     .outputs = task.outputs(),
                                                     .hidden = plan.hidden,
                                                     .options = plan.options})};
  if (recipe.weights) {
    loaded.weights = load_pretrained(
        loaded.model, recipe.weights->tensors,
        {.new_head_because = other_classes(*recipe.weights, task) ? "the classes are others" : "",
         .allow_partial = recipe.allow_partial,
         .source = recipe.weights_path});
  }
  return loaded;
}

}  // namespace onecycle::cli
