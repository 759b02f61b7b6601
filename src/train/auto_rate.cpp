#include "onecycle/train/auto_rate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/finder/suggest.h"

namespace onecycle {
namespace {

constexpr std::int64_t kFewestEpochsForTrials = 4;
constexpr std::int64_t kTrialShare = 10;  // a trial takes this part of the run's epochs
// Shorter trials prefer rates that are too high for the run: measured on small tables.
constexpr std::int64_t kFewestTrialIterations = 20;

std::int64_t trial_epochs(const AutoRateOptions& options) {
  return std::max<std::int64_t>(1, options.epochs / kTrialShare);
}

/// The first answer of the rules that serve best, in that order.
Suggestion starting_point(const FindRecord& find) {
  std::vector<std::string> why;
  for (const char* rule : {"minimum", "before_blow_up", "valley"}) {
    const Suggestion suggestion = suggest(find, {rule}).front();
    if (suggestion.lr) {
      return suggestion;
    }
    why.push_back(cat(rule, ": ", suggestion.why));
  }
  fail(ErrorKind::diverged, "learning rate: expected a curve that tells one, got none (",
       join(why, "; "), "); look at the curve and give a rate yourself");
}

/// Whether runs so short say something about the whole one.
bool trials_tell(Learner& learner, const AutoRateOptions& options) {
  const std::int64_t iterations = trial_epochs(options) * learner.iterations_per_epoch();
  if (iterations < kFewestTrialIterations) {
    return false;
  }
  try {
    options.schedule.check(learner.model().groups.size(), iterations);
  } catch (const Error&) {
    return false;  // it counts iterations that only the whole run has
  }
  return true;
}

/// Runs for a moment at `lr`. Nothing if a callback stopped it.
std::optional<RateTrial> try_rate(Learner& learner, const AutoRateOptions& options, double lr) {
  const FitResult result = learner.fit({.epochs = trial_epochs(options),
                                        .lr = lr,
                                        .schedule = options.schedule,
                                        .callbacks = options.callbacks});
  if (result.end == FitResult::End::stopped) {
    return std::nullopt;
  }
  const EpochRecord& last = learner.run().epochs.back();
  const double loss = last.valid_loss.value_or(last.train_loss);
  const bool diverged = result.end == FitResult::End::diverged || !std::isfinite(loss);
  return RateTrial{.lr = lr, .loss = diverged ? std::numeric_limits<double>::infinity() : loss};
}

void try_neighbours(Learner& learner, const AutoRateOptions& options, RateChoice& choice) {
  const StateList state = [&](StateArchive& archive) { learner.state(archive); };
  const TrainState before = save_state(state);
  const double start = choice.lr;
  double lowest = std::numeric_limits<double>::infinity();
  for (const double factor : options.factors) {
    std::optional<RateTrial> trial;
    try {
      trial = try_rate(learner, options, start * factor);
    } catch (...) {
      restore_state(state, before);
      throw;
    }
    restore_state(state, before);
    if (!trial) {
      choice.interrupted = true;
      return;
    }
    choice.trials.push_back(*trial);
    if (trial->loss < lowest) {
      lowest = trial->loss;
      choice.lr = trial->lr;
    }
  }
}

}  // namespace

RateChoice choose_rate(Learner& learner, const AutoRateOptions& options) {
  RateChoice choice;
  choice.find = learner.lr_find(options.find);
  if (options.find.interrupted && options.find.interrupted()) {
    choice.interrupted = true;
    return choice;
  }
  const Suggestion start = starting_point(choice.find);
  choice.lr = *start.lr;
  choice.rule = start.rule;
  if (options.epochs >= kFewestEpochsForTrials && trials_tell(learner, options)) {
    try_neighbours(learner, options, choice);
  }
  return choice;
}

std::string RateChoice::describe() const {
  std::string text = cat(format_brief(lr), ": ", rule, " of the finder's curve");
  if (trials.empty()) {
    return text;
  }
  std::vector<std::string> tried;
  tried.reserve(trials.size());
  for (const RateTrial& trial : trials) {
    tried.push_back(cat(format_brief(trial.lr), " (loss ", format_brief(trial.loss), ")"));
  }
  return cat(text, ", then the best of short trials at ", join(tried, ", "));
}

}  // namespace onecycle
