#include "fit_job.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "fit_callbacks.h"
#include "fit_explain.h"
#include "interrupt.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "onecycle/core/sha256.h"
#include "onecycle/train/auto_rate.h"
#include "onecycle/train/fine_tune.h"
#include "onecycle/train/plateau_callback.h"
#include "onecycle/train/stopping.h"
#include "sweep_flags.h"

namespace onecycle::cli {

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
  for (const FitOptions& fit : fits(request_.rates.value_or(1.0))) {
    learner.check(fit);
    const std::int64_t total = fit.epochs * learner.iterations_per_epoch();
    require(!averages || request_.swa_from.whole(total) < total, ErrorKind::usage,
            "--swa-from: expected less than the ", total, " iterations of a fit, got ",
            request_.swa_from.text());
  }
  make_callbacks();
}

std::vector<FitOptions> FitJob::fits(const Rates& rates) const {
  const auto rollback = flags_.rollback ? std::optional(Rollback{}) : std::nullopt;
  if (flags_.fine_tune) {
    auto [frozen, unfrozen] = fine_tune_fits(
        {.epochs = flags_.epochs, .base_lr = rates.highest(), .freeze_epochs = *flags_.fine_tune});
    frozen.rollback = rollback;
    unfrozen.rollback = rollback;
    return {frozen, unfrozen};
  }
  return {{.epochs = flags_.epochs,
           .lr = rates,
           .schedule = plan_.schedule,
           .freeze = {.freeze_to = flags_.training.freeze_to, .unfreeze_at = request_.unfreeze_at},
           .rollback = rollback}};
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
  explain_fits(*training_.learner, fits(request_.rates.value_or(1.0)), request_.rates.has_value(),
               flags_.output.json);
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

/// Asks the finder. Then `flags.max_lr` says what it found.
Rates FitJob::find_rate() {
  Learner& learner = *training_.learner;
  const auto all = fits(1.0);
  if (all.front().freeze.any()) {
    learner.freeze_to(all.front().freeze.frozen(0, learner.model().groups.size()));
  }
  Callbacks watching{std::make_shared<StopOnInterrupt>()};
  if (!flags_.output.quiet) {
    watching.push_back(std::make_shared<ShowProgress>("trying learning rates"));
  }
  const RateChoice choice =
      choose_rate(learner, {.epochs = all.front().epochs,
                            .schedule = all.front().schedule,
                            .find = {.rules = parse_rules(kShownRules), .interrupted = interrupted},
                            .callbacks = watching});
  if (choice.interrupted || interrupted()) {
    fail(ErrorKind::interrupted, "interrupted before the training; ",
         begun_ ? cat("to begin again: onecycle resume ", folder_->path().native())
                : "nothing was written");
  }
  say(cat("learning rate ", choice.describe()));
  flags_.max_lr = format_number(choice.lr);
  learner.run().find = choice.find;
  learner.run().settings.push_back({"learning rate", choice.describe()});
  return choice.lr;
}

Callbacks FitJob::callbacks_of(std::size_t phase) {
  Callbacks callbacks(kept_.begin(), kept_.end());
  callbacks.insert(callbacks.end(), others_.begin(), others_.end());
  if (!flags_.output.quiet) {
    callbacks.push_back(std::make_shared<ShowProgress>());
  }
  for (const std::string& name : request_.logs) {
    callbacks.push_back(std::make_shared<WriteLog>(name, folder_->path()));
  }
  const auto written = std::make_shared<bool>(false);
  CheckpointOptions options{
      .folder = folder_->file(kCheckpoints),
      .every = request_.checkpoint_every.value_or(CheckpointInterval{}),
      .keep = flags_.keep_checkpoints,
      .facts = {{"phase", cat(phase)}, {"config", sha256(line_.config())}, {"data", data_sha256()}},
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
  const std::string& data = flags_.training.data;
  return std::filesystem::is_regular_file(data) ? sha256(read_file(data)) : data;
}

FitResult FitJob::train(const Rates& rates, const Checkpoint* checkpoint) {
  std::vector<FitOptions> all = fits(rates);
  const std::size_t first =
      checkpoint == nullptr
          ? 0
          : static_cast<std::size_t>(parse_integer(checkpoint->facts.at("phase")).value_or(0));
  FitResult total;
  for (std::size_t phase = first; phase < all.size(); ++phase) {
    all[phase].callbacks = callbacks_of(phase);
    FitResult result = checkpoint != nullptr && phase == first
                           ? training_.learner->resume(all[phase], *checkpoint)
                           : training_.learner->fit(all[phase]);
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
  const Rates rates = request_.rates ? *request_.rates : find_rate();
  if (begun_) {
    begin_writing();  // now with the rate
  }
  if (checkpoint == nullptr) {
    std::vector<Fact> facts = environment(flags_.training);
    if (std::filesystem::is_regular_file(flags_.training.data)) {
      facts.push_back({kDataHash, data_sha256()});
    }
    describe_run(training_.learner->run(), *folder_, line_.settings(), std::move(facts));
  }
  return finish(train(rates, checkpoint), rates);
}

Outcome FitJob::finish(FitResult result, const Rates& rates) {
  begin_writing();
  const ChooseOptions choice{.metric = place_of_metric(flags_.metric, *training_.learner),
                             .higher_is_better = higher_is_better(flags_.metric)};
  Outcome outcome = look_at(training_, std::move(result), kept_, interrupted(), choice);
  outcome.max_lr = rates.for_groups(training_.learner->model().groups.size());
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
