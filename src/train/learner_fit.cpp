// The training loop.

#include "train/learner_fit.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/schedule/trend.h"
#include "onecycle/train/checkpoint.h"
#include "record/phases.h"
#include "train/stopwatch.h"

namespace onecycle {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The loss scale has fallen from 2^16 to 2^-14 by then: it is not the scale.
constexpr std::int64_t kMostOverflowsInARow = 30;

}  // namespace

FitResult Learner::fit(const FitOptions& options) { return run_fit(options, nullptr); }

FitResult Learner::resume(const FitOptions& options, const Checkpoint& checkpoint) {
  return run_fit(options, &checkpoint);
}

FitResult Learner::run_fit(const FitOptions& options, const Checkpoint* checkpoint) {
  check(options);
  const auto start = Fit::Clock::now();
  Fit fit(*this, options);
  begin(fit);
  std::exception_ptr first_error;
  const auto end = [&] {
    recorder_.flush();
    for (const auto& callback : std::exchange(callbacks_, {})) {
      try {  // each is told, whatever went wrong before
        callback->fit_end(fit.context);
      } catch (...) {
        first_error = first_error ? first_error : std::current_exception();
      }
    }
  };
  try {
    go_on_from(checkpoint, fit);
    if (checkpoint == nullptr) {
      fit.take(ask([&](Callback& c) { return c.at_rest(fit.context); }));
    }
    // An epoch in which a fit was killed that was about to stop has its end yet to come.
    while (fit.in_epoch || (fit.result.epochs < options.epochs && fit.action < Action::stop_fit)) {
      train_epoch(fit);
    }
    conclude(fit);
  } catch (...) {
    first_error = std::current_exception();
  }
  end();
  if (first_error) {
    std::rethrow_exception(first_error);
  }
  fit.result.seconds = seconds_since(start);
  return std::move(fit.result);
}

void Learner::begin(Fit& fit) {
  optimizer_->zero_grad();  // an exception may have left some behind
  recorder_.begin();
  callbacks_ = fit.options.callbacks;
  try {
    for (const auto& callback : callbacks_) {
      callback->fit_begin(fit.context);
    }
  } catch (...) {
    callbacks_.clear();  // none of them has anything to end
    throw;
  }
}

void Learner::load(const Checkpoint& checkpoint) {
  restore_learner(checkpoint, checkpoint.learner_state(),
                  [&](StateArchive& archive) { state(archive); });
}

void Learner::restore_learner(const Checkpoint& checkpoint, const TrainState& saved,
                              const StateList& list) {
  Run before = std::exchange(run_, checkpoint.run);
  try {
    restore_state(list, saved);
  } catch (...) {
    run_ = std::move(before);
    throw;
  }
}

void Learner::go_on_from(const Checkpoint* checkpoint, Fit& fit) {
  if (checkpoint != nullptr) {
    restore_learner(*checkpoint, checkpoint->state, fit.state);
  }
  if (fit.options.rollback && !fit.good) {
    fit.good = save_state([&](StateArchive& archive) { fit_state(archive, fit); });
  }
}

/// Everything that is not the learner's but this fit's.
void Learner::fit_state(StateArchive& archive, Fit& fit) {
  state(archive);
  archive.integer("fit.epoch", fit.result.epochs);
  archive.integer("fit.iteration", fit.context.iteration);
  archive.integer("fit.overflows", fit.result.overflows);
  archive.integer("fit.overflows_in_a_row", fit.overflows_in_a_row);
  archive.integer("fit.returns", fit.result.returns);
  archive.real("fit.rate_factor", fit.rate_factor);
  archive.flag("fit.in_epoch", fit.in_epoch);
  archive.integer("fit.first_record", fit.first_record);
  auto action = static_cast<std::int64_t>(fit.action);
  archive.integer("fit.action", action);
  fit.action = static_cast<Action>(action);
  const double passed = seconds_since(fit.epoch_start);
  double seconds = passed;
  archive.real("fit.epoch_seconds", seconds);
  if (seconds != passed) {
    fit.epoch_start = Fit::Clock::now() - std::chrono::duration_cast<Fit::Clock::duration>(
                                              std::chrono::duration<double>(seconds));
  }
  for (const TimedPhase& phase : kTimedPhases) {
    archive.real(cat("fit.seconds.", phase.name), fit.phases.*phase.seconds);
  }
  fit.context.epoch = fit.result.epochs;
  fit.result.iterations = fit.context.iteration;
}

void Learner::begin_epoch(Fit& fit) {
  fit.epoch_start = Fit::Clock::now();
  fit.phases = {};
  fit.first_record = static_cast<std::int64_t>(run_.iterations.size());
  fit.in_epoch = true;
  if (fit.options.freeze.any()) {
    set_frozen(fit.options.freeze.frozen(fit.context.epoch, model_.groups.size()));
  }
  train_mode(model_, frozen_, options_.frozen_norms);
  train_.start_epoch(epoch_);
  fit.take(ask([&](Callback& c) { return c.epoch_begin(fit.context); }));
}

void Learner::train_epoch(Fit& fit) {
  if (!fit.in_epoch) {
    begin_epoch(fit);
  }
  while (fit.action < Action::stop_epoch && iterate(fit)) {
    // After `iterate`, whose answers belong to the state; an answer from here does not.
    fit.take(ask([&](Callback& c) { return c.at_rest(fit.context); }));
  }
  end_epoch(fit);
  return_or_remember(fit);
  if (fit.action < Action::stop_fit) {  // the rest of an epoch that was cut short is not to be kept
    fit.take(ask([&](Callback& c) { return c.at_rest(fit.context); }));
  }
}

/// One weight update. False if the data of the epoch are through.
bool Learner::iterate(Fit& fit) {
  std::vector<GroupValues>& values = optimizer_->values();
  prescribe(fit.options, fit.peaks, fit.context.iteration, values);
  for (std::size_t g = 0; g < values.size(); ++g) {
    values[g].lr *= fit.rate_factor;
    for (const auto& callback : callbacks_) {
      values[g].lr *= callback->rate_factor(g);
    }
  }
  Window window = backward(&fit.context, fit.action);
  for (const TimedPhase& phase : kTimedPhases) {
    fit.phases.*phase.seconds += window.seconds.*phase.seconds;
  }
  if (window.batches == 0) {
    return false;
  }
  if (window.examples == 0) {
    return true;  // every batch was skipped: there is nothing to update with
  }
  Stopwatch watch;
  if (!finish_gradient(window)) {
    optimizer_->zero_grad();
    ++fit.result.overflows;
    if (++fit.overflows_in_a_row >= kMostOverflowsInARow) {
      fit.take(Action::stop_fit);
    }
    return true;
  }
  watch.lap(fit.phases.update);
  fit.overflows_in_a_row = 0;
  const IterationContext facts{fit.context, window.loss, window.batches, window.examples};
  fit.take(ask([&](Callback& c) { return c.gradients_ready(facts); }));
  watch.skip();
  optimizer_->step();
  watch.lap(fit.phases.update);
  recorder_.add({.iteration = iteration_,
                 .epoch = epoch_,
                 .batches = window.batches,
                 .examples = window.examples},
                values, window.loss, window.grad_norm);
  fit.take(ask([&](Callback& c) { return c.iteration_end(facts); }));
  optimizer_->zero_grad();
  ++iteration_;
  ++fit.context.iteration;
  ++fit.result.iterations;
  if (recorder_.diverged()) {
    fit.take(Action::stop_fit);
  }
  return true;
}

void Learner::end_epoch(Fit& fit) {
  recorder_.flush();
  EpochRecord epoch{.epoch = epoch_, .iterations = iteration_, .frozen = frozen_};
  std::int64_t examples = 0;
  for (auto i = static_cast<std::size_t>(fit.first_record); i < run_.iterations.size(); ++i) {
    const IterationRecord& record = run_.iterations[i];
    examples += record.examples;
    epoch.train_loss += record.loss * static_cast<double>(record.examples);
  }
  epoch.train_loss /= static_cast<double>(std::max<std::int64_t>(1, examples));
  if (recorder_.diverged()) {
    fit.take(Action::stop_fit);
  }
  if (valid_ && fit.action < Action::stop_fit) {
    Stopwatch watch;
    Evaluation evaluation = validate();
    watch.lap(fit.phases.validation);
    epoch.valid_loss = evaluation.loss;
    epoch.metrics = std::move(evaluation.metrics);
  }
  epoch.seconds = seconds_since(fit.epoch_start);
  epoch.phases = fit.phases;
  run_.epochs.push_back(epoch);
  ++epoch_;
  ++fit.result.epochs;
  fit.take(ask([&](Callback& c) { return c.epoch_end(fit.context, epoch); }));
  fit.context.epoch = fit.result.epochs;
  fit.in_epoch = false;
  fit.action = fit.action == Action::stop_fit ? Action::stop_fit : Action::proceed;
}

void Learner::return_or_remember(Fit& fit) {
  if (!fit.options.rollback) {
    return;
  }
  const Rollback& rollback = *fit.options.rollback;
  std::vector<double> losses;
  for (auto i = static_cast<std::size_t>(fit.first_record); i < run_.iterations.size(); ++i) {
    losses.push_back(run_.iterations[i].loss);
  }
  const bool climbs = 1.0 - probability_falling(losses) > rollback.probability;
  const auto list = [&](StateArchive& archive) { fit_state(archive, fit); };
  if (!recorder_.diverged() && !climbs) {
    fit.good = save_state(list);
    return;
  }
  if (fit.result.returns == rollback.most) {
    return;
  }
  // These two are what is not put back.
  const double factor = fit.rate_factor * rollback.factor;
  const std::int64_t returns = fit.result.returns + 1;
  restore_state(list, *fit.good);
  fit.rate_factor = factor;
  fit.result.returns = returns;
}

/// How the fit ended. From what is recorded and what callbacks remember, so that one that was
/// resumed in its last moment says the same.
void Learner::conclude(Fit& fit) {
  recorder_.flush();
  const auto of_fit = run_.iterations.end() - fit.context.iteration;
  const auto bad = std::find_if(of_fit, run_.iterations.end(), [](const IterationRecord& record) {
    return !std::isfinite(record.loss);
  });
  if (bad != run_.iterations.end()) {
    const auto index = static_cast<std::size_t>(bad - run_.iterations.begin());
    fit.result.end = FitResult::End::diverged;
    fit.result.why =
        cat("the loss is ", bad->loss, " at iteration ", bad->iteration, " (learning rate ",
            format_brief(run_.at(index, run_.groups.size() - 1).lr), "); use a lower rate");
    return;
  }
  if (fit.overflows_in_a_row >= kMostOverflowsInARow) {
    fit.result.end = FitResult::End::diverged;
    fit.result.why = cat("the gradients overflow in float16 at iteration ", iteration_,
                         " however small the loss is scaled; use a lower rate, or bf16");
    return;
  }
  if (fit.action == Action::stop_fit) {
    fit.result.end = FitResult::End::stopped;
    fit.result.why =
        cat("stopped after iteration ", fit.context.iteration, " of ", fit.context.iterations);
    for (const auto& callback : callbacks_) {
      const std::string reason = callback->reason();
      fit.result.why += reason.empty() ? "" : cat(": ", reason);
    }
  }
}

void Learner::prescribe(const FitOptions& options, const std::vector<double>& peaks,
                        std::int64_t iteration, std::vector<GroupValues>& values) const {
  const auto prescribe_group = [&](std::size_t g, const Values& now) {
    values[g].lr = peaks[g] * now.lr;
    if (now.momentum && optimizer_->has_momentum()) {
      values[g].momentum = *now.momentum;
    }
    if (now.weight_decay) {
      values[g].weight_decay = *now.weight_decay * optimizer_->base_weight_decay(g);
    }
  };
  options.schedule.for_each(values.size(), iteration, options.epochs * iterations_per_epoch(),
                            prescribe_group);
}

std::vector<GroupValues> Learner::prescribed(const FitOptions& options,
                                             std::int64_t iteration) const {
  std::vector<GroupValues> values = optimizer_->values();
  prescribe(options, options.lr.for_groups(values.size()), iteration, values);
  return values;
}

void check(const Rollback& rollback) {
  require(rollback.probability > 0.5 && rollback.probability < 1.0, ErrorKind::usage,
          "rollback: probability: expected a number in (0.5, 1), got ", rollback.probability);
  require(rollback.factor > 0.0 && rollback.factor < 1.0, ErrorKind::usage,
          "rollback: factor: expected a number in (0, 1), got ", rollback.factor);
  require(rollback.most >= 1, ErrorKind::usage, "rollback: most: expected at least 1, got ",
          rollback.most);
}

}  // namespace onecycle
