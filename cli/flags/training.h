// What the training verbs have in common: their options, and the learner that follows from them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flags/data_flags.h"
#include "flags/model_flags.h"
#include "onecycle/train/learner.h"
#include "program/command_line.h"

namespace onecycle::cli {

/// Examples that pass through the model together where nothing is learned from them.
inline constexpr std::int64_t kEvaluationBatch = 512;

/// The options of every verb that trains.
struct TrainingFlags {
  DataFlags data;
  std::optional<std::int64_t> batch_size;
  ModelFlags model;
  double label_smoothing = 0.0;
  std::string optimizer = "sgd";
  std::optional<double> momentum;
  std::optional<double> weight_decay;
  std::string policy = "one_cycle";
  std::int64_t accumulate = 1;
  std::optional<double> clip_norm;
  std::optional<double> clip_value;
  std::string precision = "float32";
  std::string wd_exclude = "bias_norm";
  std::optional<std::int64_t> freeze_to;
  std::string frozen_norms = "train";
  std::int64_t seed = 0;
  std::int64_t threads = 0;  // 0: see `default_threads`
  std::string device = "auto";
};

/// Of all policies.
std::vector<std::string> policy_names();

/// The one place to add an option for all of them.
void add_training_flags(CommandLine& line, TrainingFlags& flags);

/// Not among them: the policy, of which `compare` has several.
void add_policy_flag(CommandLine& line, TrainingFlags& flags);

/// What stands in the flags, understood. Made before any work.
struct TrainingPlan {
  DataPlan data;
  ModelRecipe model;
  OptimizerOptions optimizer;
  GroupSchedules schedule;
  DecayExclusion decay_exclusion;
  Precision precision;
  FrozenNorms frozen_norms;
  c10::Device device;
};

/// Throws a usage error for anything that cannot be meant.
TrainingPlan plan_training(const TrainingFlags& flags);

/// A learner, and what it was made from.
struct Training {
  LoadedData source;
  SplitData data;
  std::unique_ptr<Learner> learner;
  /// How images were brought to one size; nothing where the inputs are no images.
  std::optional<ResizeMethod> resize;
  /// What became of `--weights`; nothing without.
  std::optional<PartialLoad> weights;
};

/// Loads the data and makes the learner. Every random choice has its own stream of the seed.
/// Resolves `flags`: what was left to us is filled in, so that they say the same training again
/// anywhere.
Training make_training(TrainingFlags& flags, const TrainingPlan& plan);

/// Versions, device, threads.
std::vector<Fact> environment(const TrainingFlags& flags);

}  // namespace onecycle::cli
