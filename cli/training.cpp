#include "training.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <algorithm>
#include <filesystem>

#include "onecycle/core/error.h"
#include "onecycle/core/random.h"
#include "onecycle/model/catalogue.h"
#include "onecycle/schedule/catalogue.h"
#include "onecycle/train/device.h"
#include "onecycle/train/optimizers.h"

namespace onecycle::cli {
namespace {

OptimizerOptions parse_optimizer(const TrainingFlags& flags) {
  OptimizerOptions options = onecycle::parse_optimizer(flags.optimizer);
  if (flags.momentum) {
    set_momentum(options, *flags.momentum);
  }
  if (flags.weight_decay) {
    set_weight_decay(options, *flags.weight_decay);
  }
  return options;
}

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

TableOptions parse_table_options(const TrainingFlags& flags) {
  TableOptions options{.target = flags.target.value_or(""), .task = {}};
  if (flags.task) {
    const bool regression = *flags.task == to_string(TaskKind::regression);
    require(regression || *flags.task == to_string(TaskKind::classification), ErrorKind::usage,
            "--task: expected classification or regression, got '", *flags.task, "'");
    options.task = regression ? TaskKind::regression : TaskKind::classification;
  }
  return options;
}

/// One thread is faster than two on small tensors.
std::int64_t default_threads(const Task& task, const TrainingFlags& flags,
                             const TrainingPlan& plan) {
  constexpr std::int64_t kSmallImage = 256;
  constexpr std::int64_t kNarrow = 512;
  constexpr std::int64_t kMost = 8;
  std::int64_t inputs = 1;
  for (const std::int64_t size : task.input_shape) {
    inputs *= size;
  }
  const auto narrow = [](std::int64_t width) { return width <= kNarrow; };
  const bool small =
      flags.model == "mlp"
          ? narrow(inputs) &&
                (!plan.hidden || std::all_of(plan.hidden->begin(), plan.hidden->end(), narrow))
          : inputs <= kSmallImage;
  return small ? 1 : std::min<std::int64_t>(at::get_num_threads(), kMost);
}

FrozenNorms parse_frozen_norms(const std::string& text) {
  require(text == "train" || text == "stay", ErrorKind::usage,
          "--frozen-norms: expected train or stay, got '", text, "'");
  return text == "train" ? FrozenNorms::train : FrozenNorms::stay;
}

LearnerOptions learner_options(const TrainingFlags& flags, const TrainingPlan& plan,
                               const SplitData& data, const Task& task) {
  LearnerOptions options{.optimizer = plan.optimizer,
                         .decay_exclusion = plan.decay_exclusion,
                         .accumulate = flags.accumulate,
                         .clip = {.norm = flags.clip_norm, .value = flags.clip_value},
                         .precision = plan.precision,
                         .frozen_norms = plan.frozen_norms,
                         .device = plan.device};
  if (task.kind == TaskKind::classification) {
    options.metrics = {accuracy()};
  } else {
    const auto unit = data.standardization.targets->deviation.item<double>();
    options.loss = mean_squared_error_loss();
    options.metrics = {mean_squared_error(unit), mean_absolute_error(unit)};
  }
  return options;
}

std::optional<Loader> validation_loader(const SplitData& data) {
  if (!data.valid) {
    return std::nullopt;
  }
  return Loader(data.valid, {.batch_size = kEvaluationBatch, .shuffle = false});
}

/// Everything that could be different elsewhere, or later, is written down.
void resolve(TrainingFlags& flags, const TrainingPlan& plan, const LoadedData& source,
             const Model& model) {
  if (!source.task.features.empty()) {  // a file
    flags.data = std::filesystem::absolute(flags.data).native();
    flags.target = source.task.target;
    flags.task = to_string(source.task.kind);
  }
  if (const auto hidden = model.config.find("hidden"); hidden != model.config.end()) {
    flags.hidden = hidden->second;
  }
  flags.momentum = momentum_of(plan.optimizer);
  flags.weight_decay = weight_decay_of(plan.optimizer);
  flags.policy = plan.schedule.text();
  flags.wd_exclude = plan.decay_exclusion.text();
  flags.precision = name_of(plan.precision);
  flags.threads = at::get_num_threads();
  flags.device = plan.device.str();
}

}  // namespace

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const PolicyInfo& policy : policies()) {
    names.push_back(policy.name);
  }
  return names;
}

void add_data(CommandLine& line, TrainingFlags& flags) {
  line.operand(
      {.name = "data", .label = "DATA", .help = "digits, or a CSV file", .choices = {"digits"}},
      &flags.data);
}

void add_training_flags(CommandLine& line, TrainingFlags& flags) {
  line.heading("Data");
  line.option({.name = "target",
               .label = "COLUMN",
               .help = "what to predict",
               .default_note = "target, label, class or y, else the last column"},
              &flags.target);
  line.option({.name = "task",
               .label = "NAME",
               .help = "classification or regression",
               .default_note = "as the target looks",
               .choices = {"classification", "regression"}},
              &flags.task);
  line.option({.name = "valid",
               .label = "FRACTION",
               .help = "part of the examples put aside for validation",
               .range = {.low = 0.0, .high = 1.0, .high_open = true}},
              &flags.valid);
  line.option({.name = "batch-size", .label = "N", .help = "examples", .range = kAtLeastOne},
              &flags.batch_size);
  line.heading("Model and optimizer");
  line.option({.name = "model",
               .label = "NAME",
               .help = join(model_names(), " or "),
               .choices = model_names()},
              &flags.model);
  line.option({.name = "hidden",
               .label = "A,B",
               .help = "widths of the hidden layers of an mlp",
               .default_note = "128"},
              &flags.hidden);
  line.option({.name = "optimizer",
               .label = "NAME",
               .help = "sgd, adam, adamw, rmsprop, lars or lamb, as in 'adam(beta2=0.999)'",
               .choices = {"sgd", "adam", "adamw", "rmsprop", "lars", "lamb"}},
              &flags.optimizer);
  line.option({.name = "momentum",
               .label = "X",
               .help = "or beta1 of the optimizer, where the policy leaves it alone",
               .range = kMomentum,
               .default_note = "as the optimizer has it; 0.9, rmsprop 0"},
              &flags.momentum);
  line.option({.name = "weight-decay",
               .label = "X",
               .help = "pull of the weights towards 0",
               .range = kNotNegative,
               .default_note = "as the optimizer has it; 0, adamw and lamb 0.01"},
              &flags.weight_decay);
  line.option(
      {.name = "wd-exclude",
       .label = "RULE",
       .help = "what has no weight decay: bias_norm, none, or names, as in bias_norm,*.scale",
       .choices = {"bias_norm", "none"}},
      &flags.wd_exclude);
  line.option({.name = "accumulate",
               .label = "N",
               .help = "batches an iteration, as if they were one batch",
               .range = kAtLeastOne},
              &flags.accumulate);
  line.option({.name = "clip-norm",
               .label = "X",
               .help = "highest norm of the gradient of an iteration",
               .range = kPositive,
               .default_note = "no clipping"},
              &flags.clip_norm);
  line.option({.name = "clip-value",
               .label = "X",
               .help = "highest size of each number in the gradient",
               .range = kPositive,
               .default_note = "no clipping"},
              &flags.clip_value);
  line.option({.name = "precision",
               .label = "NAME",
               .help = "of the forward pass: float32, bf16, or fp16 with loss scaling",
               .choices = {"float32", "bf16", "fp16"}},
              &flags.precision);
  line.option({.name = "freeze-to",
               .label = "N",
               .help = "train only the groups from N on, from 0; negative: from the end",
               .range = {.low = -1e6, .high = 1e6},
               .default_note = "train all"},
              &flags.freeze_to);
  line.option({.name = "frozen-norms",
               .label = "train|stay",
               .help = "normalisation in frozen groups goes on training, as in fastai, or stays",
               .choices = {"train", "stay"}},
              &flags.frozen_norms);
  line.heading("Machine");
  line.option(
      {.name = "seed", .label = "N", .help = "of every random choice", .range = kNotNegative},
      &flags.seed);
  line.option({.name = "split-seed",
               .label = "N",
               .help = "of the choice of validation examples",
               .range = kNotNegative,
               .default_note = "the seed"},
              &flags.split_seed);
  line.option({.name = "threads",
               .label = "N",
               .help = "same number, same bits",
               .range = {.low = 0, .high = 1024},
               .default_note = "one a core, at most 8; 1 for small models"},
              &flags.threads);
  line.option({.name = "device",
               .label = "NAME",
               .help = "auto, cpu, cuda or cuda:N",
               .choices = {"auto", "cpu", "cuda"}},
              &flags.device);
}

void add_policy_flag(CommandLine& line, TrainingFlags& flags) {
  line.heading("Model and optimizer");
  line.option({.name = "policy",
               .label = "POLICY",
               .help = "how the rate moves during fit; see onecycle policies. A | B: one a group",
               .choices = policy_names()},
              &flags.policy);
}

TrainingPlan plan_training(const TrainingFlags& flags) {
  require(!flags.data.empty(), ErrorKind::usage,
          "expected data to train on: digits, or a CSV file; onecycle data lists what there is");
  const auto names = model_names();
  require(std::find(names.begin(), names.end(), flags.model) != names.end(), ErrorKind::usage,
          "unknown model '", flags.model, "'", suggest_name(flags.model, names));
  return {.table = parse_table_options(flags),
          .hidden = flags.hidden ? std::optional(parse_hidden(*flags.hidden)) : std::nullopt,
          .optimizer = parse_optimizer(flags),
          .schedule = parse_group_schedules(flags.policy),
          .decay_exclusion = DecayExclusion::parse(flags.wd_exclude, "--wd-exclude"),
          .precision = parse_precision(flags.precision, "--precision"),
          .frozen_norms = parse_frozen_norms(flags.frozen_norms),
          .device = parse_device(flags.device, "--device")};
}

Training make_training(TrainingFlags& flags, const TrainingPlan& plan) {
  const auto seed = static_cast<std::uint64_t>(flags.seed);
  LoadedData source = open_data(flags.data, plan.table);
  // Before anything is calculated: sums may depend on the number.
  at::set_num_threads(static_cast<int>(
      flags.threads > 0 ? flags.threads : default_threads(source.task, flags, plan)));
  const auto split_seed = static_cast<std::uint64_t>(flags.split_seed.value_or(flags.seed));
  SplitData data =
      split_data(source, {.valid = flags.valid, .seed = stream_seed(split_seed, "split")});
  Loader loader(data.train, {.batch_size = flags.batch_size, .seed = stream_seed(seed, "loader")});
  torch::manual_seed(stream_seed(seed, "init"));
  Model model = make_model(flags.model, {.input_shape = source.task.input_shape,
                                         .outputs = source.task.outputs(),
                                         .hidden = plan.hidden});
  resolve(flags, plan, source, model);
  LearnerOptions options = learner_options(flags, plan, data, source.task);
  auto learner = std::make_unique<Learner>(std::move(model), std::move(loader),
                                           validation_loader(data), std::move(options));
  if (flags.freeze_to) {
    learner->freeze_to(*flags.freeze_to);
  }
  return {.source = std::move(source), .data = std::move(data), .learner = std::move(learner)};
}

std::vector<Fact> environment(const TrainingFlags& flags) {
  return {{"onecycle", ONECYCLE_VERSION},
          {"LibTorch", TORCH_VERSION},
          {"device", flags.device},
          {"threads", cat(flags.threads)}};
}

}  // namespace onecycle::cli
