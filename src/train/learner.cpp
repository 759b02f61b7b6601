#include "onecycle/train/learner.h"

#include <torch/nn/module.h>

#include <utility>

#include "model/channels_last.h"
#include "onecycle/core/error.h"

namespace onecycle {

Learner::Learner(Model model, Loader train, std::optional<Loader> valid, LearnerOptions options)
    : model_(std::move(model)),
      train_(std::move(train)),
      valid_(std::move(valid)),
      options_(std::move(options)),
      scaler_(options_.precision, options_.device),
      recorder_(run_) {
  require(options_.accumulate >= 1, ErrorKind::usage, "accumulate: expected at least 1 batch, got ",
          options_.accumulate);
  onecycle::check(options_.clip);
  model_.module->to(options_.device);
  if (options_.channels_last) {
    use_channels_last(*model_.module);
  }
  optimizer_ = make_optimizer(model_, options_.optimizer, 1e-3, options_.decay_exclusion);
  for (const auto& group : group_parameters(model_)) {
    parameters_.insert(parameters_.end(), group.begin(), group.end());
  }
  for (const LayerGroup& group : model_.groups) {
    run_.groups.push_back(group.name);
  }
  for (const Metric& metric : options_.metrics) {
    run_.metrics.push_back(metric.name);
  }
}

Loader& Learner::valid_loader() {
  require(valid_.has_value(), ErrorKind::usage,
          "validate: expected a validation set, got none; give one to the learner");
  return *valid_;
}

std::int64_t Learner::iterations_per_epoch() const {
  return (train_.batches() + options_.accumulate - 1) / options_.accumulate;
}

void Learner::check(const FitOptions& options) const {
  require(options.epochs >= 1, ErrorKind::usage, "fit: expected at least 1 epoch, got ",
          options.epochs);
  const std::size_t groups = model_.groups.size();
  (void)options.lr.for_groups(groups);
  options.schedule.check(groups, options.epochs * iterations_per_epoch());
  options.freeze.check(groups, options.epochs);
  if (options.rollback) {
    onecycle::check(*options.rollback);
  }
  const auto others = options.schedule.others();
  require(
      others.empty(), ErrorKind::usage,
      "fit: schedule: expected to move what the optimizer has (lr, momentum, weight_decay), got "
      "also ",
      join(others, ", "), "; move that from a callback of your own");
}

FitResult Learner::fit_one_cycle(std::int64_t epochs, Rates max_lr, const OneCycle& policy,
                                 Callbacks callbacks) {
  return fit({.epochs = epochs,
              .lr = std::move(max_lr),
              .schedule = policy,
              .callbacks = std::move(callbacks)});
}

void Learner::freeze_to(std::int64_t group) { set_frozen(frozen_by(group, model_.groups.size())); }

void Learner::set_frozen(std::int64_t count) {
  if (count == frozen_) {
    return;
  }
  freeze_groups(model_, count, options_.frozen_norms);
  optimizer_->forget();
  frozen_ = count;
}

void Learner::state(StateArchive& archive) {
  list_module(archive, *model_.module);
  optimizer_->state(archive);
  scaler_.state(archive);
  archive.integer("learner.iteration", iteration_);
  archive.integer("learner.epoch", epoch_);
  archive.integer("learner.frozen", frozen_);
  train_.state(archive);
  list_generators(archive, options_.device);
  recorder_.state(archive);
  PrefixedArchive of_callbacks(archive, "callback.");
  for (const auto& callback : callbacks_) {
    callback->state(of_callbacks);
  }
}

}  // namespace onecycle
