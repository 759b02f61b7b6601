// Shows a fit's progress on standard error.
#pragma once

#include <string>

#include "onecycle/report/progress.h"
#include "onecycle/train/callback.h"

namespace onecycle::cli {

class ShowProgress final : public Callback {
 public:
  /// With a label only the live line, which begins with it; else a line for each epoch, too.
  explicit ShowProgress(const std::string& label = {})
      : progress_(stderr, {.label = label}), lines_(label.empty()) {}

  void fit_begin(const FitContext& fit) override {
    progress_.begin(fit.epochs, fit.iterations_per_epoch, fit.run.metrics);
  }

  Action iteration_end(const IterationContext& now) override {
    if (progress_.due()) {
      progress_.update(now.fit.iteration, now.fit.values.back().lr, now.loss.item<double>());
    }
    return Action::proceed;
  }

  Action epoch_end(const FitContext& /*fit*/, const EpochRecord& epoch) override {
    if (lines_) {
      progress_.epoch(epoch);
    }
    return Action::proceed;
  }

  void fit_end(const FitContext& /*fit*/) override { progress_.finish(); }

 private:
  Progress progress_;
  bool lines_;
};

}  // namespace onecycle::cli
