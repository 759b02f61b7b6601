#include "onecycle/train/fit_plan.h"

#include "onecycle/train/decay_exclusion.h"

namespace onecycle {
namespace {

/// The stretches of epochs during which group `g` is frozen.
std::vector<std::pair<std::int64_t, std::int64_t>> frozen_epochs(const Learner& learner,
                                                                 const FitOptions& options,
                                                                 std::int64_t g,
                                                                 std::size_t groups) {
  std::vector<std::pair<std::int64_t, std::int64_t>> stretches;
  for (std::int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    const std::int64_t frozen =
        options.freeze.any() ? options.freeze.frozen(epoch, groups) : learner.frozen();
    if (g >= frozen) {
      continue;
    }
    if (stretches.empty() || stretches.back().second + 1 != epoch) {
      stretches.emplace_back(epoch, epoch);
    }
    stretches.back().second = epoch;
  }
  return stretches;
}

}  // namespace

FitPlan plan_fit(Learner& learner, const FitOptions& options) {
  learner.check(options);
  const Loader& loader = learner.train_loader();
  const std::int64_t per_epoch = learner.iterations_per_epoch();
  const std::int64_t accumulate = learner.options().accumulate;
  FitPlan plan{.epochs = options.epochs,
               .iterations = options.epochs * per_epoch,
               .iterations_per_epoch = per_epoch,
               .batches = options.epochs * loader.batches(),
               .examples = options.epochs * loader.examples(),
               .last_window = loader.batches() - (per_epoch - 1) * accumulate,
               .groups = {}};
  const auto parameters = group_parameters(learner.model());
  const auto decays = decaying_parameters(learner.model(), learner.options().decay_exclusion);
  const std::size_t groups = parameters.size();
  for (std::size_t g = 0; g < groups; ++g) {
    GroupPlan& group = plan.groups.emplace_back();
    group.name = learner.model().groups[g].name;
    group.frozen = frozen_epochs(learner, options, static_cast<std::int64_t>(g), groups);
    for (std::size_t p = 0; p < parameters[g].size(); ++p) {
      const std::int64_t numbers = parameters[g][p].numel();
      group.parameters += numbers;
      group.decaying += decays[g][p] ? numbers : 0;
    }
  }
  for (std::int64_t i = 0; i < plan.iterations; ++i) {
    const std::vector<GroupValues> values = learner.prescribed(options, i);
    for (std::size_t g = 0; g < groups; ++g) {
      plan.groups[g].lr.push_back(values[g].lr);
      plan.groups[g].momentum.push_back(values[g].momentum);
      plan.groups[g].weight_decay.push_back(values[g].weight_decay);
    }
  }
  return plan;
}

}  // namespace onecycle
