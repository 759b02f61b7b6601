#include "flags/training.h"

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
#include "onecycle/train/trained_model.h"

namespace onecycle::cli {
namespace {

constexpr std::int64_t kUsualBatch = 64;  // examples

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

/// One thread is faster than two on small tensors.
std::int64_t default_threads(const Task& task, const ModelPlan& model) {
  constexpr std::int64_t kSmallImage = 256;
  constexpr std::int64_t kNarrow = 512;
  constexpr std::int64_t kMost = 8;
  std::int64_t inputs = 1;
  for (const std::int64_t size : task.input_shape) {
    inputs *= size;
  }
  const auto narrow = [](std::int64_t width) { return width <= kNarrow; };
  const bool small =
      model.name == "mlp"
          ? narrow(inputs) &&
                (!model.hidden || std::all_of(model.hidden->begin(), model.hidden->end(), narrow))
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
    options.loss = cross_entropy(flags.label_smoothing);
    options.metrics = {accuracy()};
  } else {
    require(flags.label_smoothing == 0.0, ErrorKind::usage,
            "--label-smoothing: expected none for a regression, got ", flags.label_smoothing);
    const auto unit = data.standardization.targets->deviation.item<double>();
    options.loss = mean_squared_error_loss();
    options.metrics = {mean_squared_error(unit), mean_absolute_error(unit)};
  }
  return options;
}

/// The threads that make batches of images: numbers are ready as they are.
std::int64_t workers(const DataFlags& flags, bool images) {
  constexpr std::int64_t kMost = 8;
  if (flags.workers) {
    return *flags.workers;
  }
  return images ? std::min<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()), kMost)
                : 0;
}

std::optional<Loader> validation_loader(const SplitData& data, std::int64_t workers) {
  if (!data.valid) {
    return std::nullopt;
  }
  return Loader(data.valid, {.batch_size = kEvaluationBatch, .shuffle = false, .workers = workers});
}

/// The statistics with which pretrained weights saw their images: those in their own file if a run
/// of onecycle wrote it, else those of ImageNet. Nothing without weights, and for grey images.
std::optional<ChannelStatistics> statistics_for(const ModelRecipe& recipe, const Task& task) {
  if (!recipe.weights) {
    return std::nullopt;
  }
  if (recipe.weights->metadata.contains(kResizeKey)) {
    return channel_statistics_in(recipe.weights->tensors);
  }
  return task.input_shape[0] == 3 ? std::optional(imagenet_statistics()) : std::nullopt;
}

/// Everything that could be different elsewhere, or later, is written down.
void resolve(TrainingFlags& flags, const TrainingPlan& plan, const LoadedData& source,
             const ModelPlan& chosen, const Model& model) {
  if (!is_built_in(flags.data.source)) {
    flags.data.source = std::filesystem::absolute(flags.data.source).native();
  }
  if (!source.task.features.empty()) {
    flags.data.target = source.task.target;
    flags.data.task = to_string(source.task.kind);
  }
  flags.model.name = chosen.text();
  if (const auto hidden = model.config.find("hidden"); hidden != model.config.end()) {
    flags.model.hidden = hidden->second;
  }
  if (flags.model.weights) {
    flags.model.weights = std::filesystem::absolute(*flags.model.weights).native();
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

void add_training_flags(CommandLine& line, TrainingFlags& flags) {
  add_reading_flags(line, flags.data);
  add_preparation_flags(line, flags.data);
  line.option({.name = "batch-size",
               .label = "N",
               .help = "examples",
               .range = kAtLeastOne,
               .default_note = "64, or all for training if these are fewer"},
              &flags.batch_size);
  line.heading("Model and optimizer");
  add_model_flags(line, flags.model);
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
  line.option({.name = "label-smoothing",
               .label = "X",
               .help = "part of each target that goes to all classes alike",
               .range = {.low = 0.0, .high = 1.0, .high_open = true}},
              &flags.label_smoothing);
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
  require(!flags.data.source.empty(), ErrorKind::usage,
          "expected data to train on: digits, a file or a folder; onecycle data lists what there "
          "is");
  return {.data = plan_data(flags.data),
          .model = ModelRecipe::understand(flags.model),
          .optimizer = parse_optimizer(flags),
          .schedule = parse_group_schedules(flags.policy),
          .decay_exclusion = DecayExclusion::parse(flags.wd_exclude, "--wd-exclude"),
          .precision = parse_precision(flags.precision, "--precision"),
          .frozen_norms = parse_frozen_norms(flags.frozen_norms),
          .device = parse_device(flags.device, "--device")};
}

Training make_training(TrainingFlags& flags, const TrainingPlan& plan) {
  const auto seed = static_cast<std::uint64_t>(flags.seed);
  LoadedData source = open(flags.data, plan.data);
  const ModelPlan chosen = plan.model.plan_for(source);
  // Before anything is calculated: sums may depend on the number.
  at::set_num_threads(
      static_cast<int>(flags.threads > 0 ? flags.threads : default_threads(source.task, chosen)));
  SplitOptions options = plan.data.split;
  options.seed =
      stream_seed(static_cast<std::uint64_t>(flags.data.split_seed.value_or(flags.seed)), "split");
  if (source.images && !flags.data.normalize) {
    options.images.normalize = statistics_for(plan.model, source.task);
  }
  SplitData data = divide(flags.data, source, std::move(options));
  const std::int64_t threads = workers(flags.data, source.images);
  flags.batch_size = flags.batch_size.value_or(std::min(kUsualBatch, data.train->size()));
  Loader loader(data.train, {.batch_size = *flags.batch_size,
                             .seed = stream_seed(seed, "loader"),
                             .transform = data.transform,
                             .workers = threads});
  torch::manual_seed(stream_seed(seed, "init"));
  Training training;
  LoadedModel loaded = make(plan.model, chosen, source.task);
  training.weights = std::move(loaded.weights);
  resolve(flags, plan, source, chosen, loaded.model);
  training.learner = std::make_unique<Learner>(std::move(loaded.model), std::move(loader),
                                               validation_loader(data, threads),
                                               learner_options(flags, plan, data, source.task));
  if (source.images) {
    training.resize = plan.data.reading.images.resize;
  }
  training.source = std::move(source);
  training.data = std::move(data);
  if (flags.freeze_to) {
    training.learner->freeze_to(*flags.freeze_to);
  }
  return training;
}

std::vector<Fact> environment(const TrainingFlags& flags) {
  return {{"onecycle", ONECYCLE_VERSION},
          {"LibTorch", TORCH_VERSION},
          {"device", flags.device},
          {"threads", cat(flags.threads)}};
}

}  // namespace onecycle::cli
