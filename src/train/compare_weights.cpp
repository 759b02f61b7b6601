#include "onecycle/train/compare_weights.h"

#include <torch/nn/module.h>
#include <torch/utils.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/train/batch_norm.h"
#include "onecycle/train/snapshots.h"

namespace onecycle {
namespace {

NamedTensors copy_of(const torch::nn::Module& module) {
  WeightCopy copy(module);
  copy.take();
  return copy.tensors();
}

TaskKind task_of(const Loader& loader) {
  return loader.data().slice(0, 1).targets.is_floating_point() ? TaskKind::regression
                                                               : TaskKind::classification;
}

/// Loads each of `members` and calls `look` on it; gives averages their statistics of batch
/// normalisation first, and writes them into the member.
void visit(Learner& learner, ComparedWeights& compared, bool averaged,
           const std::function<void()>& look) {
  const Model& model = learner.model();
  for (NamedTensors& member : compared.members) {
    load_weights(*model.module, member, compared.name);
    if (averaged) {
      Loader train = learner.train_loader();  // a copy: the learner's own stays where it is
      if (update_batch_norm(model, train, learner.options().device) > 0) {
        member = copy_of(*model.module);
      }
    }
    look();
  }
}

/// What all members answer together.
Evaluation measure_together(Learner& learner, ComparedWeights& compared, bool averaged) {
  Loader& valid = learner.valid_loader();
  const TaskKind task = task_of(valid);
  std::vector<std::vector<torch::Tensor>> outputs;  // of each batch, of each member
  visit(learner, compared, averaged, [&] {
    std::size_t batch = 0;
    const auto forward = [&](const torch::Tensor& inputs) {
      torch::Tensor output = learner.model().forward(inputs);
      outputs.resize(std::max(outputs.size(), batch + 1));
      outputs[batch++].push_back(output);
      return output;
    };
    learner.evaluate(valid, {.forward = forward});
  });
  std::size_t batch = 0;
  return learner.evaluate(valid, {.forward = [&](const torch::Tensor& /*inputs*/) {
                            return ensemble_output(outputs[batch++], task);
                          }});
}

std::optional<Evaluation> measure(Learner& learner, ComparedWeights& compared, bool averaged) {
  if (!learner.has_validation()) {
    visit(learner, compared, averaged, [] {});
    return std::nullopt;
  }
  if (compared.members.size() > 1) {
    return measure_together(learner, compared, averaged);
  }
  Evaluation evaluation;
  visit(learner, compared, averaged, [&] { evaluation = learner.validate(); });
  return evaluation;
}

ComparedWeights kept_by(const KeptWeights& kept) {
  ComparedWeights compared{
      .name = kept.name(), .what = kept.what(), .evaluation = {}, .members = {}};
  for (const NamedTensors& member : kept.members()) {
    NamedTensors& copy = compared.members.emplace_back();
    for (const auto& [name, tensor] : member) {
      copy.emplace_back(name, tensor.clone());
    }
  }
  return compared;
}

std::vector<ComparedWeights> compare(Learner& learner,
                                     const std::vector<std::shared_ptr<KeptWeights>>& kept) {
  std::vector<ComparedWeights> all;
  all.push_back(
      {.name = "last",
       .what = cat("after iteration ", learner.iterations()),
       .evaluation = learner.has_validation() ? std::optional(learner.validate()) : std::nullopt,
       .members = {copy_of(*learner.model().module)}});
  for (const auto& each : kept) {
    if (each->ready()) {
      all.push_back(kept_by(*each));
      all.back().evaluation = measure(learner, all.back(), each->averaged());
    }
  }
  return all;
}

/// What `look` answers; whatever it did to the model is undone.
template <class Look>
auto put_back_after(Learner& learner, const Look& look) {
  const StateList state = [&](StateArchive& archive) {
    list_module(archive, *learner.model().module);
    list_generators(archive, learner.options().device);
  };
  const TrainState before = save_state(state);
  try {
    auto answer = look();
    restore_state(state, before);
    return answer;
  } catch (...) {
    restore_state(state, before);
    throw;
  }
}

}  // namespace

std::vector<ComparedWeights> compare_weights(
    Learner& learner, const std::vector<std::shared_ptr<KeptWeights>>& kept) {
  return put_back_after(learner, [&] { return compare(learner, kept); });
}

torch::Tensor outputs_of(Learner& learner, const ComparedWeights& weights) {
  const Dataset& data = learner.valid_loader().data();
  const TaskKind task = task_of(learner.valid_loader());
  return put_back_after(learner, [&] {
    std::vector<torch::Tensor> outputs;
    for (const NamedTensors& member : weights.members) {
      load_weights(*learner.model().module, member, weights.name);
      outputs.push_back(learner.predict(data));
    }
    return outputs.size() == 1 ? outputs.front() : ensemble_output(outputs, task);
  });
}

std::size_t choose_weights(const std::vector<ComparedWeights>& compared,
                           const ChooseOptions& options) {
  require(!compared.empty(), ErrorKind::usage,
          "choose weights: expected at least one set of weights, got none");
  std::size_t best = 0;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const auto& evaluation = compared[i].evaluation;
    if (!evaluation) {
      continue;
    }
    const double value =
        options.metric ? evaluation->metrics.at(*options.metric) : evaluation->loss;
    const double cost = options.higher_is_better ? -value : value;
    if (cost < lowest) {
      lowest = cost;
      best = i;
    }
  }
  return best;
}

}  // namespace onecycle
