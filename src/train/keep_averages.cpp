#include "onecycle/train/keep_averages.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

/// `from` in iterations, refused unless something comes after it.
std::int64_t begin_of(const std::string& name, Length from, const FitContext& fit) {
  require(!from.is_rest(), ErrorKind::usage, name, ": from: expected ", Length::accepts,
          ", got rest");
  const std::int64_t begin = from.whole(fit.iterations);
  require(begin < fit.iterations, ErrorKind::usage, name, ": from: expected fewer than the ",
          fit.iterations, " iterations of the fit, got ", begin, "; begin earlier");
  return begin;
}

void check_every(const std::string& name, std::int64_t every, std::int64_t from,
                 const FitContext& fit) {
  require(every >= 1 && every <= fit.iterations - from, ErrorKind::usage, name,
          ": every: expected 1 to the ", fit.iterations - from, " iterations from ", from,
          " on, got ", every);
}

bool is_due(const FitContext& fit, std::int64_t from, std::int64_t every) {
  const std::int64_t beyond = fit.iteration + 1 - from;
  return beyond > 0 && beyond % every == 0;
}

std::string counted(std::int64_t count, const std::string& thing) {
  return cat(count, " ", thing, count == 1 ? "" : "s");
}

std::string from_on(std::int64_t from) { return from > 0 ? cat(" from ", from, " on") : ""; }

}  // namespace

AveragedWeights::AveragedWeights(const Model& model, WeightAverageOptions options, std::string name)
    : average_(*model.module, options), name_(std::move(name)) {}

void AveragedWeights::fit_begin(const FitContext& /*fit*/) { average_.clear(); }

void AveragedWeights::state(StateArchive& archive) { average_.state(archive, cat(name_, ".")); }

std::vector<NamedTensors> AveragedWeights::members() const {
  return ready() ? std::vector<NamedTensors>(1, average_.weights()) : std::vector<NamedTensors>();
}

SwaWeights::SwaWeights(const Model& model, SwaOptions options)
    : AveragedWeights(model, {}, options.name), options_(std::move(options)) {}

void SwaWeights::fit_begin(const FitContext& fit) {
  AveragedWeights::fit_begin(fit);
  from_ = begin_of(name(), options_.from, fit);
  every_.reset();
  if (options_.every) {
    every_ = options_.every->whole(fit.iterations);
    check_every(name(), *every_, from_, fit);
  }
}

Action SwaWeights::iteration_end(const IterationContext& iteration) {
  if (every_ && is_due(iteration.fit, from_, *every_)) {
    average_.update();
  }
  return Action::proceed;
}

Action SwaWeights::epoch_end(const FitContext& fit, const EpochRecord& /*epoch*/) {
  if (!every_ && fit.iteration > from_) {
    average_.update();
  }
  return Action::proceed;
}

std::string SwaWeights::what() const {
  if (!ready()) {
    return cat("the fit has not come beyond iteration ", from_);
  }
  if (!every_) {
    return cat("mean of ", counted(average_.count(), "epoch"), from_ > 0 ? " from iteration" : "",
               from_ > 0 ? cat(" ", from_, " on") : "");
  }
  return cat("mean of ", counted(average_.count(), "iteration"),
             *every_ > 1 ? cat(", every ", *every_) : "", from_on(from_));
}

EmaWeights::EmaWeights(const Model& model, EmaOptions options)
    : AveragedWeights(model, {.decay = options.decay, .warmup = options.warmup}, options.name),
      options_(std::move(options)) {
  require(options_.every >= 1, ErrorKind::usage, name(),
          ": every: expected at least 1 iteration, got ", options_.every);
}

void EmaWeights::fit_begin(const FitContext& fit) {
  AveragedWeights::fit_begin(fit);
  from_ = begin_of(name(), options_.from, fit);
  check_every(name(), options_.every, from_, fit);
}

Action EmaWeights::iteration_end(const IterationContext& iteration) {
  if (is_due(iteration.fit, from_, options_.every)) {
    average_.update();
  }
  return Action::proceed;
}

std::string EmaWeights::what() const {
  if (!ready()) {
    return cat("the fit has not come beyond iteration ", from_);
  }
  return cat("exponential mean of ", counted(average_.count(), "iteration"),
             options_.every > 1 ? cat(", every ", options_.every) : "", from_on(from_), ", decay ",
             options_.decay);
}

LowWeights::LowWeights(const Model& model, std::string name)
    : AveragedWeights(model, {}, std::move(name)) {}

void LowWeights::fit_begin(const FitContext& fit) {
  AveragedWeights::fit_begin(fit);
  lows_ = fit.schedule.cycle_ends(fit.iterations);
}

Action LowWeights::iteration_end(const IterationContext& iteration) {
  if (std::binary_search(lows_.begin(), lows_.end(), iteration.fit.iteration + 1)) {
    average_.update();
  }
  return Action::proceed;
}

std::string LowWeights::what() const {
  if (ready()) {
    return cat("mean of ", counted(average_.count(), "low"), " of the rate");
  }
  return lows_.empty() ? "the schedule has no cycle that ends" : "no cycle has ended yet";
}

}  // namespace onecycle
