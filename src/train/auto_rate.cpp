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
constexpr std::int64_t kLongestTrialShare = 3;  // nor does it ever take a greater part than this
constexpr std::int64_t kTrialShare = 10;        // a trial takes this part of the run's epochs
// Shorter trials prefer rates that are too high for the run: measured on small tables.
constexpr std::int64_t kFewestTrialIterations = 20;

std::int64_t trial_epochs(const Learner& learner, const AutoRateOptions& options) {
  const std::int64_t per_epoch = learner.iterations_per_epoch();
  return std::max(options.epochs / kTrialShare,
                  (kFewestTrialIterations + per_epoch - 1) / per_epoch);
}

/// The first answer of the rules that serve best, in that order; else the fallback.
Suggestion starting_point(const FindRecord& find, double fallback) {
  std::vector<std::string> why;
  for (const char* rule : {"minimum", "before_blow_up", "valley"}) {
    const Suggestion suggestion = suggest(find, {rule}).front();
    if (suggestion.lr) {
      return suggestion;
    }
    why.push_back(cat(rule, ": ", suggestion.why));
  }
  if (fallback > 0.0) {
    return {.rule = "", .lr = fallback, .why = ""};
  }
  fail(ErrorKind::diverged, "learning rate: expected a curve that tells one, got none (",
       join(why, "; "), "); look at the curve and give a rate yourself");
}

/// Whether runs so short say something about the whole one.
bool trials_tell(Learner& learner, const AutoRateOptions& options) {
  const std::int64_t epochs = trial_epochs(learner, options);
  const std::int64_t iterations = epochs * learner.iterations_per_epoch();
  if (epochs * kLongestTrialShare > options.epochs) {
    return false;
  }
  try {
    options.schedule.check(learner.model().groups.size(), iterations);
  } catch (const Error&) {
    return false;  // it counts iterations that only the whole run has
  }
  return true;
}

Rates spread_rates(double lr, double spread) {
  return spread == 1.0 ? Rates(lr) : Rates::range(lr / spread, lr);
}

/// Runs for a moment at the rates of `trial`, and fills in its loss. False if a callback stopped
/// it.
bool try_rate(Learner& learner, const AutoRateOptions& options, RateTrial& trial) {
  const FitResult result = learner.fit({.epochs = trial_epochs(learner, options),
                                        .lr = spread_rates(trial.lr, trial.spread),
                                        .schedule = options.schedule,
                                        .callbacks = options.callbacks});
  if (result.end == FitResult::End::stopped) {
    return false;
  }
  const EpochRecord& last = learner.run().epochs.back();
  const double loss = last.valid_loss.value_or(last.train_loss);
  const bool diverged = result.end == FitResult::End::diverged || !std::isfinite(loss);
  trial.loss = diverged ? std::numeric_limits<double>::infinity() : loss;
  return true;
}

/// Tries rates one after the other, from the same state each, and knows the best.
class Trials {
 public:
  Trials(Learner& learner, const AutoRateOptions& options, RateChoice& choice)
      : learner_(learner),
        options_(options),
        choice_(choice),
        state_([&learner](StateArchive& archive) { learner.state(archive); }),
        before_(save_state(state_)) {}

  /// False if a callback stopped it.
  bool run(double lr, double spread) {
    RateTrial trial{.lr = lr, .spread = spread};
    try {
      choice_.interrupted = !try_rate(learner_, options_, trial);
    } catch (...) {
      restore_state(state_, before_);
      throw;
    }
    restore_state(state_, before_);
    if (choice_.interrupted) {
      return false;
    }
    choice_.trials.push_back(trial);
    if (trial.loss < lowest_) {
      lowest_ = trial.loss;
      choice_.lr = trial.lr;
      choice_.spread = trial.spread;
    }
    return true;
  }

 private:
  Learner& learner_;
  const AutoRateOptions& options_;
  RateChoice& choice_;
  StateList state_;
  TrainState before_;
  double lowest_ = std::numeric_limits<double>::infinity();
};

void try_neighbours(Learner& learner, const AutoRateOptions& options, RateChoice& choice) {
  const double start = choice.lr;
  Trials trials(learner, options, choice);
  if (options.spreads.size() > 1) {
    for (const double spread : options.spreads) {
      if (!trials.run(start, spread)) {
        return;
      }
    }
  }
  const double spread = choice.spread;
  for (const double factor : options.factors) {
    const bool known = options.spreads.size() > 1 && factor == 1.0;
    if (!known && !trials.run(start * factor, spread)) {
      return;
    }
  }
}

void check(const AutoRateOptions& options) {
  require(!options.spreads.empty(), ErrorKind::usage,
          "learning rate: spreads: expected at least one, got none");
  for (const double spread : options.spreads) {
    require(std::isfinite(spread) && spread >= 1.0, ErrorKind::usage,
            "learning rate: spreads: expected finite numbers >= 1, got ", spread);
  }
  require(std::isfinite(options.fallback) && options.fallback >= 0.0, ErrorKind::usage,
          "learning rate: fallback: expected a finite number >= 0, got ", options.fallback);
}

}  // namespace

RateChoice choose_rate(Learner& learner, const AutoRateOptions& options) {
  check(options);
  RateChoice choice;
  choice.spread = options.spreads.front();
  FindOptions find = options.find;
  if (choice.spread != 1.0) {
    find.multipliers = spread_rates(1.0, choice.spread).for_groups(learner.model().groups.size());
  }
  choice.find = learner.lr_find(find);
  if (options.find.interrupted && options.find.interrupted()) {
    choice.interrupted = true;
    return choice;
  }
  const Suggestion start = starting_point(choice.find, options.fallback);
  choice.lr = *start.lr;
  choice.rule = start.rule;
  if (options.epochs >= kFewestEpochsForTrials && trials_tell(learner, options)) {
    try_neighbours(learner, options, choice);
  }
  return choice;
}

Rates RateChoice::rates() const { return spread_rates(lr, spread); }

std::string RateChoice::describe() const {
  const auto range = [](double high, double ratio) {
    return ratio == 1.0 ? format_brief(high)
                        : cat(format_brief(high / ratio), " to ", format_brief(high));
  };
  std::string text = cat(range(lr, spread), ": ",
                         rule.empty() ? "given beforehand, since the finder's curve tells none"
                                      : cat(rule, " of the finder's curve"));
  if (trials.empty()) {
    return text;
  }
  std::vector<std::string> tried;
  tried.reserve(trials.size());
  for (const RateTrial& trial : trials) {
    tried.push_back(cat(range(trial.lr, trial.spread), " (loss ", format_brief(trial.loss), ")"));
  }
  return cat(text, ", then the best of short trials at ", join(tried, ", "));
}

}  // namespace onecycle
