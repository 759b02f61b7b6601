#include "jobs/fit_job.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "flags/sweep_flags.h"
#include "jobs/fit_callbacks.h"
#include "jobs/fit_explain.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/train/auto_rate.h"
#include "onecycle/train/fine_tune.h"
#include "onecycle/train/plateau_callback.h"
#include "onecycle/train/stopping.h"
#include "program/interrupt.h"

namespace onecycle::cli {
namespace {

/// How many times lower the rates of the first layers may be after the head has learned: fastai's
/// 100, and less for bodies that have much to learn.
constexpr std::array kSpreads{100.0, 10.0, 2.0};

/// Also one rate for all is said by group: a single one would mean fastai's `base_lr`.
std::string by_group(const RateChoice& choice) {
  return cat(format_number(choice.lr / choice.spread), ":", format_number(choice.lr));
}

}  // namespace

std::string config_fingerprint(const std::string& config) {
  std::string rest;
  for (const std::string& line : split(config, '\n')) {
    if (!line.starts_with("max_lr ") && !line.starts_with("head_lr ")) {
      rest += line + "\n";
    }
  }
  return sha256(rest);
}

FitJob::FitJob(FitFlags& flags, const CommandLine& line)
    : flags_(flags),
      line_(line),
      request_(understand(flags)),
      plan_(plan_training(flags.training)),
      training_(make_training(flags.training, plan_)) {
  // Before the finder takes its time, and before there is a folder.
  const Learner& learner = *training_.learner;
  (void)place_of_metric(flags_.metric, learner);
  const bool averages =
      std::find(request_.keep.begin(), request_.keep.end(), "swa") != request_.keep.end();
  for (const FitOptions& fit : fits()) {
    learner.check(fit);
    const std::int64_t total = fit.epochs * learner.iterations_per_epoch();
    require(!averages || request_.swa_from.whole(total) < total, ErrorKind::usage,
            "--swa-from: expected less than the ", total, " iterations of a fit, got ",
            request_.swa_from.text());
  }
  make_callbacks();
}

std::vector<FitOptions> FitJob::fits() const {
  const Rates rates = request_.rates.value_or(1.0);
  const auto rollback = flags_.rollback ? std::optional(Rollback{}) : std::nullopt;
  if (!flags_.fine_tune) {
    return {
        {.epochs = flags_.epochs,
         .lr = rates,
         .schedule = plan_.schedule,
         .freeze = {.freeze_to = flags_.training.freeze_to, .unfreeze_at = request_.unfreeze_at},
         .rollback = rollback}};
  }
  auto [frozen, unfrozen] = fine_tune_fits({.epochs = flags_.epochs,
                                            .base_lr = request_.head_rates.value_or(1.0).highest(),
                                            .freeze_epochs = *flags_.fine_tune});
  frozen.rollback = rollback;
  unfrozen.rollback = rollback;
  if (request_.rates_by_group || !request_.rates) {
    unfrozen.lr = rates;
  }
  return {frozen, unfrozen};
}

void FitJob::make_callbacks() {
  Learner& learner = *training_.learner;
  for (const std::string& name : request_.keep) {
    kept_.push_back(kept_weights(name, flags_, request_, learner));
  }
  if (request_.plateau) {
    others_.push_back(plateau_callback(*request_.plateau, learner.run()));
  }
  if (flags_.early_stop) {
    others_.push_back(std::make_shared<EarlyStopping>(
        EarlyStoppingOptions{.metric = flags_.metric,
                             .higher_is_better = higher_is_better(flags_.metric),
                             .patience = *flags_.early_stop},
        learner.run()));
  }
  if (request_.time_budget) {
    others_.push_back(std::make_shared<TimeBudget>(*request_.time_budget));
  }
}

std::string FitJob::natural_metric() const {
  const Learner& learner = *training_.learner;
  const auto& metrics = learner.options().metrics;
  return learner.has_validation() && !metrics.empty() && metrics.front().higher_is_better
             ? metrics.front().name
             : "loss";
}

bool FitJob::higher_is_better(const std::string& metric) const {
  return cli::higher_is_better(metric, *training_.learner);
}

void FitJob::explain() {
  explain_fits(*training_.learner, fits(), request_.rates.has_value(), flags_.output.json);
}

void FitJob::say(const std::string& text) const {
  if (!flags_.output.quiet) {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
}

void FitJob::begin_writing() {
  begun_ = true;
  folder_->keep();
  write_file(folder_->file("config.toml"), line_.config());
}

bool FitJob::is_head_phase(std::size_t phase) const { return flags_.fine_tune && phase == 0; }

std::string& FitJob::rate_text(std::size_t phase) const {
  return is_head_phase(phase) ? flags_.head_lr : flags_.max_lr;
}

/// Asks the finder where the rates of that phase are to be found. Then flags and request say what
/// it found.
void FitJob::find_rates(std::size_t phase) {
  std::optional<Rates>& wanted = is_head_phase(phase) ? request_.head_rates : request_.rates;
  if (wanted) {
    return;
  }
  Learner& learner = *training_.learner;
  const FitOptions fit = fits()[phase];
  if (fit.freeze.any()) {
    learner.freeze_to(fit.freeze.frozen(0, learner.model().groups.size()));
  }
  Callbacks watching{std::make_shared<StopOnInterrupt>()};
  if (!flags_.output.quiet) {
    watching.push_back(std::make_shared<ShowProgress>("trying learning rates"));
  }
  AutoRateOptions options{.epochs = fit.epochs,
                          .schedule = fit.schedule,
                          .find = {.rules = parse_rules(kShownRules), .interrupted = interrupted},
                          .callbacks = watching};
  if (flags_.fine_tune && phase > 0) {
    options.spreads = {kSpreads.begin(), kSpreads.end()};
    // As in fastai's fine_tune.
    options.fallback = request_.head_rates ? request_.head_rates->highest() / 2.0 : 0.0;
  }
  const RateChoice choice = choose_rate(learner, options);
  if (choice.interrupted || interrupted()) {
    fail(ErrorKind::interrupted, "interrupted before the training; ",
         begun_ ? cat("to begin again: onecycle resume ", folder_->path().native())
                : "nothing was written");
  }
  const std::string what = is_head_phase(phase) ? "learning rate of the head" : "learning rate";
  say(cat(what, " ", choice.describe()));
  wanted = choice.rates();
  rate_text(phase) = flags_.fine_tune && phase > 0 ? by_group(choice) : format_number(choice.lr);
  request_.rates_by_group = request_.rates_by_group || (flags_.fine_tune && phase > 0);
  learner.run().find = choice.find;
  learner.run().settings.push_back({what, choice.describe()});
  if (begun_) {
    begin_writing();  // now with the rate
  }
}

Callbacks FitJob::callbacks_of(std::size_t phase) {
  Callbacks callbacks(kept_.begin(), kept_.end());
  if (!is_head_phase(phase)) {  // a new head that no longer gains is no reason to end the run
    callbacks.insert(callbacks.end(), others_.begin(), others_.end());
  }
  if (!flags_.output.quiet) {
    callbacks.push_back(std::make_shared<ShowProgress>());
  }
  for (const std::string& name : request_.logs) {
    callbacks.push_back(std::make_shared<WriteLog>(name, folder_->path()));
  }
  const auto written = std::make_shared<bool>(false);
  CheckpointOptions options{.folder = folder_->file(kCheckpoints),
                            .every = request_.checkpoint_every.value_or(CheckpointInterval{}),
                            .keep = flags_.keep_checkpoints,
                            .facts = {{"phase", cat(phase)},
                                      {"config", config_fingerprint(line_.config())},
                                      {"rate", rate_text(phase)},
                                      {"data", data_sha256()}},
                            .now = [this, written] {
                              if (!interrupted() || std::exchange(*written, true)) {
                                return false;
                              }
                              begin_writing();
                              return true;
                            }};
  options.failed = [this](const std::string& why) {
    const auto whole = checkpoints_in(folder_->file(kCheckpoints));
    std::fprintf(stderr, "onecycle fit: no checkpoint was written: %s%s\n", why.c_str(),
                 whole.empty() ? "" : cat("; the last one is ", whole.front().native()).c_str());
    return request_.go_on_without_checkpoint || interrupted();
  };
  callbacks.push_back(std::make_shared<Checkpointer>(std::move(options)));
  callbacks.push_back(std::make_shared<StopOnInterrupt>());
  return callbacks;
}

std::string FitJob::data_sha256() const {
  if (data_sha256_.empty()) {
    data_sha256_ = data_fingerprint(flags_.training.data.source);
  }
  return data_sha256_;
}

FitResult FitJob::train(const Checkpoint* checkpoint) {
  const std::size_t first =
      checkpoint == nullptr
          ? 0
          : static_cast<std::size_t>(parse_integer(checkpoint->facts.at("phase")).value_or(0));
  if (checkpoint != nullptr) {
    const auto rate = checkpoint->facts.find("rate");
    require(rate != checkpoint->facts.end() && rate->second == rate_text(first),
            ErrorKind::checkpoint, folder_->path().native(), ": expected the rate ",
            rate == checkpoint->facts.end() ? "" : rate->second,
            " of the checkpoint in config.toml, got ", rate_text(first), "; put it back");
  }
  FitResult total;
  const std::size_t phases = fits().size();
  for (std::size_t phase = first; phase < phases; ++phase) {
    find_rates(phase);
    FitOptions fit = fits()[phase];
    fit.callbacks = callbacks_of(phase);
    FitResult result = checkpoint != nullptr && phase == first
                           ? training_.learner->resume(fit, *checkpoint)
                           : training_.learner->fit(fit);
    result.seconds += total.seconds;
    result.overflows += total.overflows;
    result.returns += total.returns;
    total = std::move(result);
    if (total.end != FitResult::End::completed) {
      break;
    }
  }
  total.epochs = training_.learner->epochs();
  total.iterations = training_.learner->iterations();
  return total;
}

Outcome FitJob::run(RunFolder folder, const Checkpoint* checkpoint) {
  folder_.emplace(std::move(folder));
  begun_ = checkpoint != nullptr;
  catch_interrupt();
  if (request_.checkpoint_every || !request_.logs.empty()) {
    begin_writing();
  }
  if (checkpoint == nullptr) {
    find_rates(0);
    std::vector<Fact> facts = environment(flags_.training);
    if (!is_built_in(flags_.training.data.source)) {
      facts.push_back({kDataHash, data_sha256()});
    }
    if (training_.weights) {
      facts.push_back({"weights", training_.weights->text()});
    }
    describe_run(training_.learner->run(), *folder_, line_.settings(), std::move(facts));
  }
  return finish(train(checkpoint));
}

Outcome FitJob::finish(FitResult result) {
  begin_writing();
  const ChooseOptions choice{.metric = place_of_metric(flags_.metric, *training_.learner),
                             .higher_is_better = higher_is_better(flags_.metric)};
  Outcome outcome = look_at(training_, std::move(result), kept_, interrupted(), choice);
  outcome.max_lr = fits().back().lr.for_groups(training_.learner->model().groups.size());
  save_or_say_how_to(outcome);
  return outcome;
}

void FitJob::tell(const Outcome& outcome) const {
  const Run& run = training_.learner->run();
  if (flags_.output.json) {
    print_json(json_of(outcome, *folder_, run));
  } else {
    print_text(outcome, *folder_, run);
  }
  if (outcome.result.returns > 0) {
    say(cat("the loss climbed: went back ", outcome.result.returns,
            outcome.result.returns == 1 ? " time" : " times", ", each time with half the rates"));
  }
  if (outcome.result.overflows > 0) {
    say(cat(outcome.result.overflows, " updates were not made: gradients overflowed in float16"));
  }
  check_end(outcome.result);
}

/// On a full disk the training is not lost if there is a checkpoint of it.
void FitJob::save_or_say_how_to(const Outcome& outcome) const {
  try {
    save(*folder_, training_, outcome);
  } catch (const Error& error) {
    if (checkpoints_in(folder_->file(kCheckpoints)).empty()) {
      throw;
    }
    fail(error.kind(), error.what(), "; once that is mended: onecycle resume ",
         folder_->path().native());
  }
}

/// Says what there is to say about a fit that did not reach its end.
void FitJob::check_end(const FitResult& result) const {
  const std::string path = folder_->path().native();
  if (result.end == FitResult::End::diverged) {
    fail(ErrorKind::diverged, result.why, "; what there is is in ", path);
  }
  if (interrupted() && result.end == FitResult::End::stopped) {
    fail(ErrorKind::interrupted, "interrupted: ", result.why, "; what there is is in ", path,
         "; to go on: onecycle resume ", path);
  }
  if (result.end == FitResult::End::stopped) {
    say(result.why);
  }
}

}  // namespace onecycle::cli
