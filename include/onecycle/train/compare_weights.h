// Compares all weights that a run has kept, on the validation set.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/model/weights.h"
#include "onecycle/train/keep.h"
#include "onecycle/train/learner.h"

namespace onecycle {

/// One way to keep weights, measured.
struct ComparedWeights {
  std::string name;                      ///< `last`, or that of the callback
  std::string what;                      ///< in words
  std::optional<Evaluation> evaluation;  ///< nothing without a validation set
  /// What was measured: copies of their own, with the statistics of batch normalisation that they
  /// were measured with. One set; of an ensemble one for each member, the oldest first.
  std::vector<NamedTensors> members;
};

/// Measures the model as it is (`last`, always the first) and each of `kept` that is ready, in that
/// order, on the validation set of `learner`, if it has one. For averages the statistics of batch
/// normalisation are computed on the training data first: one pass in the order of its epoch 0.
/// Several members answer together (`ensemble_output`; integer targets mean classification).
/// Everything is put back bit for bit, also after an exception.
std::vector<ComparedWeights> compare_weights(Learner& learner,
                                             const std::vector<std::shared_ptr<KeptWeights>>& kept);

/// What `weights` answer on the validation set of `learner`: [examples, ...] on the CPU, in its
/// order; several members together (`ensemble_output`). Everything is put back bit for bit. Throws
/// a usage error if there is no validation set.
torch::Tensor outputs_of(Learner& learner, const ComparedWeights& weights);

/// What weights are chosen by.
struct ChooseOptions {
  std::optional<std::size_t> metric = {};  ///< its place among the learner's; not given: the loss
  bool higher_is_better = false;           ///< of the metric
};

/// The index of the lowest validation loss, or of the best value of a metric, the first of equals;
/// `last` where none is finite or nothing was measured. Throws a usage error if there is nothing to
/// choose from.
std::size_t choose_weights(const std::vector<ComparedWeights>& compared,
                           const ChooseOptions& options = {});

}  // namespace onecycle
