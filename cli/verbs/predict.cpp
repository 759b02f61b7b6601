#include <algorithm>

#include "flags/data_flags.h"
#include "flags/model_flags.h"
#include "jobs/answers.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/text.h"
#include "onecycle/data/safetensors.h"
#include "onecycle/model/catalogue.h"
#include "onecycle/model/open_weights.h"
#include "verbs/verbs.h"

namespace onecycle::cli {
namespace {

struct PredictFlags {
  Arguments operands;
  std::int64_t top = 1;
  bool flip = false;
  std::string bad_images = "fatal";
  std::string out;
  bool json = false;
  std::optional<std::string> model;
  std::optional<std::string> weights;
  std::optional<std::string> tensor;
  std::optional<std::string> logits;
};

void predict_files(const PredictFlags& flags) {
  require(flags.operands.size() >= 2, ErrorKind::usage, "expected a run and files to predict, got ",
          flags.operands.empty() ? "none" : "no files", "; see onecycle predict --help");
  const SavedModels models = load_models(flags.operands.front());
  models.check_flip(flags.flip);
  const std::vector<Answer> answers = answer_files(
      models, {flags.operands.begin() + 1, flags.operands.end()},
      {.top = flags.top, .flip = flags.flip, .bad_images = parse_bad_images(flags.bad_images)});
  if (flags.json) {
    print_json(as_json(models.task(), answers));
  } else if (const std::string csv = as_csv(models.task(), answers); flags.out.empty()) {
    print(csv);
  } else {
    write_file(flags.out, csv);
    print(cat("Predictions: ", flags.out, "\n"));
  }
}

/// The outputs that a file of weights has room for: the length of the last of the head's tensors.
std::int64_t outputs_in(const ModelPlan& plan, const std::vector<std::int64_t>& input_shape,
                        const NamedTensors& tensors, const std::string& source) {
  const Model probe =
      make_model(plan.name, {.input_shape = input_shape, .outputs = 2, .options = plan.options});
  const std::string& last = probe.groups.back().parameters.back();
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& entry) {
    return entry.first == last || entry.first.ends_with("." + last);
  });
  require(found != tensors.end() && found->second.dim() >= 1, ErrorKind::checkpoint, source,
          ": expected the tensor '", last, "' of ", plan.name, ", got none; is it another model?");
  return found->second.size(0);
}

/// A bare model on a bare tensor: the way to check any import of weights.
void predict_tensor(const PredictFlags& flags) {
  require(flags.tensor && flags.logits && flags.operands.empty(), ErrorKind::usage,
          "expected --model, --weights, --tensor and --logits together and no RUN");
  const std::string& source = *flags.tensor;
  const TensorFile file = load_tensors(source);
  const auto x = std::find_if(file.tensors.begin(), file.tensors.end(),
                              [](const auto& entry) { return entry.first == "x"; });
  require(x != file.tensors.end() && x->second.scalar_type() == torch::kFloat &&
              x->second.dim() >= 2 && x->second.size(0) > 0,
          ErrorKind::data, source,
          ": expected a float32 tensor 'x' of examples, as in N x C x H x W, got none");
  const ModelPlan plan = parse_model(*flags.model);
  const auto shape = x->second.sizes().slice(1).vec();
  const NamedTensors weights = open_weights(*flags.weights).tensors;
  Model model = make_model(plan.name, {.input_shape = shape,
                                       .outputs = outputs_in(plan, shape, weights, *flags.weights),
                                       .options = plan.options});
  (void)load_pretrained(model, weights, {.replace_head = false, .source = *flags.weights});
  model.module->eval();
  const torch::NoGradGuard no_grad;
  save_tensors(*flags.logits,
               {.tensors = {{"logits", model.forward(x->second).to(torch::kFloat)}}});
  print(cat("Logits: ", *flags.logits, "\n"));
}

CommandLine predict_command_line(PredictFlags& flags) {
  CommandLine line(
      "predict", "Says what a trained model takes files for: CSV on standard output.",
      "  onecycle predict runs/photos-resnet18-001 new/ --top 3\n"
      "  onecycle predict table-mlp-001 new.csv --json\n"
      "  onecycle predict --model resnet18 --weights W.safetensors --tensor x.safetensors "
      "--logits y.safetensors\n");
  line.operands(
      {.name = "run",
       .label = "RUN FILE...",
       .help = "a run, its name in runs/ or a file of its weights; then images or folders of them, "
               "or tables with the columns of the one that was trained on"},
      &flags.operands);
  line.option(
      {.name = "top", .label = "N", .help = "the N likeliest classes", .range = kAtLeastOne},
      &flags.top);
  line.option(
      {.name = "flip", .help = "the mean of the answers to each image and its mirror image"},
      &flags.flip);
  add_bad_images_flag(line, "skip names them and goes on", flags.bad_images);
  line.option({.name = "out",
               .label = "FILE",
               .help = "write the CSV there",
               .default_note = "standard output"},
              &flags.out);
  add_json_flag(line, flags.json);
  line.heading("A bare model");
  line.option({.name = "model", .label = "NAME", .help = "see onecycle models"}, &flags.model);
  line.option({.name = "weights", .label = "FILE", .help = "of that model"}, &flags.weights);
  line.option({.name = "tensor",
               .label = "FILE",
               .help = "safetensors with x, float32 [N, ...]: goes in as it is"},
              &flags.tensor);
  line.option({.name = "logits", .label = "FILE", .help = "safetensors for its outputs"},
              &flags.logits);
  return line;
}

int run_predict(const Arguments& arguments) {
  PredictFlags flags;
  if (!predict_command_line(flags).parse(arguments)) {
    return 0;
  }
  require(flags.model.has_value() == flags.weights.has_value(), ErrorKind::usage,
          "expected --model and --weights together, got one of them");
  flags.model ? predict_tensor(flags) : predict_files(flags);
  return 0;
}

}  // namespace

Verb predict_verb() {
  return {.name = "predict",
          .brief = "say what a trained model takes files for",
          .describe = [] { return spec_of(predict_command_line); },
          .run = run_predict};
}

}  // namespace onecycle::cli
