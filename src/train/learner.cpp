#include "onecycle/train/learner.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Batch to_device(const Batch& batch, c10::Device device) {
  return {.inputs = batch.inputs.to(device, /*non_blocking=*/true),
          .targets = batch.targets.to(device, /*non_blocking=*/true)};
}

}  // namespace

/// What one call of `fit` carries along.
struct Learner::Fit {
  const FitOptions& options;
  FitContext context;
  FitResult result = {};
  Clock::time_point epoch_start = {};
};

/// The gradient of one iteration, as it is put together from batches.
struct Learner::Window {
  torch::Tensor loss = {};  // detached; the mean over the examples
  std::int64_t batches = 0;
  std::int64_t examples = 0;

  void add(const torch::Tensor& mean_loss, std::int64_t count, double weight) {
    const torch::Tensor weighted = weight == 1.0 ? mean_loss : mean_loss * weight;
    weighted.backward();
    loss = loss.defined() ? loss + weighted.detach() : weighted.detach();
    examples += count;
  }

  void rescale(torch::nn::Module& module, double factor) {
    if (factor == 1.0) {
      return;
    }
    const torch::NoGradGuard no_grad;
    loss = loss * factor;
    for (torch::Tensor& parameter : module.parameters()) {
      if (parameter.grad().defined()) {
        parameter.mutable_grad().mul_(factor);
      }
    }
  }
};

Learner::Learner(Model model, Loader train, std::optional<Loader> valid, LearnerOptions options)
    : model_(std::move(model)),
      train_(std::move(train)),
      valid_(std::move(valid)),
      options_(std::move(options)),
      recorder_(run_) {
  require(options_.accumulate >= 1, ErrorKind::usage, "accumulate: expected at least 1 batch, got ",
          options_.accumulate);
  model_.module->to(options_.device);
  optimizer_ = make_optimizer(model_, options_.optimizer, 1e-3, options_.decay_all);
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

template <class Ask>
Action Learner::ask(Ask hook) {
  Action action = Action::proceed;
  for (const auto& callback : callbacks_) {
    action = std::max(action, hook(*callback));
  }
  return action;
}

void Learner::check(const FitOptions& options) const {
  require(options.epochs >= 1, ErrorKind::usage, "fit: expected at least 1 epoch, got ",
          options.epochs);
  const std::size_t groups = model_.groups.size();
  (void)options.lr.for_groups(groups);
  options.schedule.check(groups, options.epochs * iterations_per_epoch());
  const auto others = options.schedule.others();
  require(
      others.empty(), ErrorKind::usage,
      "fit: schedule: expected to move what the optimizer has (lr, momentum, weight_decay), got "
      "also ",
      join(others, ", "), "; move that from a callback of your own");
}

FitResult Learner::fit(const FitOptions& options) {
  check(options);
  const auto start = Clock::now();
  const std::vector<double> peaks = options.lr.for_groups(model_.groups.size());
  Fit fit{.options = options,
          .context = {.epochs = options.epochs,
                      .iterations = options.epochs * iterations_per_epoch(),
                      .iterations_per_epoch = iterations_per_epoch(),
                      .peaks = peaks,
                      .schedule = options.schedule,
                      .values = optimizer_->values(),
                      .run = run_}};
  optimizer_->zero_grad();  // an exception may have left some behind
  callbacks_ = options.callbacks;
  const auto end = [&] {
    recorder_.flush();
    for (const auto& callback : std::exchange(callbacks_, {})) {
      callback->fit_end(fit.context);
    }
  };
  try {
    for (const auto& callback : callbacks_) {
      callback->fit_begin(fit.context);
    }
  } catch (...) {
    callbacks_.clear();  // none of them has anything to end
    throw;
  }
  try {
    while (fit.result.epochs < options.epochs && train_epoch(fit) < Action::stop_fit) {
    }
  } catch (...) {
    end();
    throw;
  }
  end();
  fit.result.seconds = seconds_since(start);
  return std::move(fit.result);
}

FitResult Learner::fit_one_cycle(std::int64_t epochs, Rates max_lr, const OneCycle& policy,
                                 Callbacks callbacks) {
  return fit({.epochs = epochs,
              .lr = std::move(max_lr),
              .schedule = policy,
              .callbacks = std::move(callbacks)});
}

Action Learner::train_epoch(Fit& fit) {
  fit.epoch_start = Clock::now();
  fit.context.epoch = fit.result.epochs;
  const std::size_t first_record = run_.iterations.size();
  model_.module->train();
  train_.start_epoch(epoch_);
  Action action = ask([&](Callback& c) { return c.epoch_begin(fit.context); });
  while (action < Action::stop_epoch) {
    prescribe(fit);
    const Window window = backward(&fit.context, action);
    if (window.batches == 0) {
      break;
    }
    if (window.examples == 0) {
      continue;  // every batch was skipped: there is nothing to update with
    }
    const IterationContext facts{fit.context, window.loss, window.batches, window.examples};
    action = std::max(action, ask([&](Callback& c) { return c.gradients_ready(facts); }));
    optimizer_->step();
    recorder_.add({.iteration = iteration_,
                   .epoch = epoch_,
                   .batches = window.batches,
                   .examples = window.examples},
                  optimizer_->values(), window.loss);
    action = std::max(action, ask([&](Callback& c) { return c.iteration_end(facts); }));
    optimizer_->zero_grad();
    ++iteration_;
    ++fit.context.iteration;
    ++fit.result.iterations;
  }
  return end_epoch(fit, action, first_record);
}

Action Learner::end_epoch(Fit& fit, Action action, std::size_t first_record) {
  recorder_.flush();
  EpochRecord epoch{.epoch = epoch_, .iterations = iteration_};
  std::int64_t examples = 0;
  for (std::size_t i = first_record; i < run_.iterations.size(); ++i) {
    const IterationRecord& record = run_.iterations[i];
    examples += record.examples;
    epoch.train_loss += record.loss * static_cast<double>(record.examples);
    if (!std::isfinite(record.loss) && fit.result.why.empty()) {
      fit.result.end = FitResult::End::diverged;
      fit.result.why =
          cat("the loss is ", record.loss, " at iteration ", record.iteration, " (learning rate ",
              format_brief(run_.at(i, run_.groups.size() - 1).lr), "); use a lower rate");
      action = Action::stop_fit;
    }
  }
  epoch.train_loss /= static_cast<double>(std::max<std::int64_t>(1, examples));
  if (valid_ && action < Action::stop_fit) {
    Evaluation evaluation = validate();
    epoch.valid_loss = evaluation.loss;
    epoch.metrics = std::move(evaluation.metrics);
  }
  epoch.seconds = seconds_since(fit.epoch_start);
  run_.epochs.push_back(epoch);
  ++epoch_;
  ++fit.result.epochs;
  action = std::max(action, ask([&](Callback& c) { return c.epoch_end(fit.context, epoch); }));
  if (action == Action::stop_fit && fit.result.end == FitResult::End::completed) {
    fit.result.end = FitResult::End::stopped;
    fit.result.why =
        cat("stopped after iteration ", fit.context.iteration, " of ", fit.context.iterations);
  }
  return action;
}

void Learner::prescribe(const Fit& fit) {
  std::vector<GroupValues>& values = optimizer_->values();
  const auto prescribe_group = [&](std::size_t g, const Values& now) {
    values[g].lr = fit.context.peaks[g] * now.lr;
    for (const auto& callback : callbacks_) {
      values[g].lr *= callback->rate_factor(g);
    }
    if (now.momentum && optimizer_->has_momentum()) {
      values[g].momentum = *now.momentum;
    }
    if (now.weight_decay) {
      values[g].weight_decay = *now.weight_decay * weight_decay_of(options_.optimizer);
    }
  };
  fit.options.schedule.for_each(values.size(), fit.context.iteration, fit.context.iterations,
                                prescribe_group);
}

Learner::Window Learner::backward(const FitContext* fit, Action& action) {
  // Weighted by examples, so that the sum over the batches is the mean over all their examples.
  // Weights are relative to a full window; one that turns out short is scaled up at its end.
  const auto full = static_cast<double>(options_.accumulate * train_.options().batch_size);
  Window window;
  for (; window.batches < options_.accumulate; ++window.batches) {
    std::optional<Batch> next = train_.next();
    if (!next) {
      break;
    }
    const Batch batch = to_device(*next, options_.device);
    if (fit != nullptr) {
      const Action answer = ask([&](Callback& c) { return c.batch_begin(*fit, batch); });
      action = std::max(action, answer);
      if (answer == Action::skip_batch) {
        continue;
      }
    }
    const torch::Tensor loss = options_.loss(model_.forward(batch.inputs), batch.targets);
    const std::int64_t examples = batch.targets.size(0);
    window.add(loss, examples,
               options_.accumulate == 1 ? 1.0 : static_cast<double>(examples) / full);
  }
  if (options_.accumulate > 1 && window.examples > 0) {
    window.rescale(*model_.module, full / static_cast<double>(window.examples));
  }
  return window;
}

FindRecord Learner::lr_find(const FindOptions& options) {
  std::int64_t epoch = epoch_;
  bool first = true;
  FindRecord record = run_sweep(
      options, [this](StateArchive& archive) { state(archive); }, options_.device,
      [&](double rate) -> FindStep {
        if (std::exchange(first, false)) {
          model_.module->train();
          optimizer_->zero_grad();
          train_.start_epoch(epoch);
        }
        for (GroupValues& values : optimizer_->values()) {
          values.lr = rate;
        }
        Action unused = Action::proceed;
        Window window = backward(nullptr, unused);
        if (window.batches == 0) {
          train_.start_epoch(++epoch);
          window = backward(nullptr, unused);
        }
        optimizer_->step();
        optimizer_->zero_grad();
        return {.loss = window.loss, .batches = window.batches};
      });
  record.epochs = static_cast<double>(record.batches) / static_cast<double>(train_.batches());
  return record;
}

}  // namespace onecycle
