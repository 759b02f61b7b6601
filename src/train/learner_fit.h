// What one call of `fit` carries along, and the gradient of one iteration.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "onecycle/train/learner.h"

namespace onecycle {

struct Learner::Fit {
  using Clock = std::chrono::steady_clock;

  explicit Fit(Learner& learner, const FitOptions& fit_options)
      : options(fit_options),
        peaks(fit_options.lr.for_groups(learner.model_.groups.size())),
        state([this, &learner](StateArchive& archive) {
          learner.fit_state(archive, *this);
          archive.nested("good.", good);
        }),
        context{.epochs = fit_options.epochs,
                .iterations = fit_options.epochs * learner.iterations_per_epoch(),
                .iterations_per_epoch = learner.iterations_per_epoch(),
                .peaks = peaks,
                .schedule = fit_options.schedule,
                .values = learner.optimizer_->values(),
                .run = learner.run_,
                .state = state} {}
  Fit(const Fit&) = delete;
  Fit& operator=(const Fit&) = delete;

  /// Notes an answer; the most drastic of an epoch counts.
  void take(Action answer) { action = std::max(action, answer); }

  const FitOptions& options;
  const std::vector<double> peaks;
  const StateList state;
  FitContext context;
  FitResult result = {};
  bool in_epoch = false;
  Action action = Action::proceed;
  std::int64_t first_record = 0;  // of the epoch
  Clock::time_point epoch_start = {};
  PhaseSeconds phases = {};  // of the epoch
  double rate_factor = 1.0;  // what returns have made of the rates
  std::int64_t overflows_in_a_row = 0;
  std::optional<TrainState> good = {};  // to return to
};

/// The gradient of one iteration, as it is put together from batches.
struct Learner::Window {
  torch::Tensor loss = {};       // detached; the mean over the examples
  torch::Tensor grad_norm = {};  // before clipping; undefined unless the norm is clipped
  std::int64_t batches = 0;
  std::int64_t examples = 0;
  PhaseSeconds seconds = {};
};

template <class Ask>
Action Learner::ask(Ask hook) {
  Action action = Action::proceed;
  for (const auto& callback : callbacks_) {
    action = std::max(action, hook(*callback));
  }
  return action;
}

}  // namespace onecycle
