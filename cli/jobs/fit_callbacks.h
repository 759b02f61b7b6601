// The callbacks of a fit that flags ask for.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "flags/fit_flags.h"
#include "jobs/progress_callback.h"
#include "onecycle/core/error.h"
#include "onecycle/report/run_log.h"
#include "onecycle/train/keep.h"

namespace onecycle::cli {

/// The place of that metric among the learner's; nothing for the loss. Throws a usage error that
/// names the nearest if there is no such metric, or no validation set to measure it on.
std::optional<std::size_t> place_of_metric(const std::string& metric, const Learner& learner);

/// Whether more of that metric is better; no for the loss.
bool higher_is_better(const std::string& metric, const Learner& learner);

/// The way to keep weights of that name, one of `FitRequest::keep`.
std::shared_ptr<KeptWeights> kept_weights(const std::string& name, const FitFlags& flags,
                                          const FitRequest& request, Learner& learner);

/// Lets a log grow with each epoch. One that cannot be written to is no reason to lose a training:
/// it says so and goes on.
class WriteLog final : public Callback {
 public:
  WriteLog(std::string name, const std::filesystem::path& folder)
      : name_(std::move(name)), log_(make_log(name_, folder)) {}

  Action epoch_end(const FitContext& fit, const EpochRecord& /*epoch*/) override {
    update(fit);
    return Action::proceed;
  }
  void fit_end(const FitContext& fit) override { update(fit); }

 private:
  void update(const FitContext& fit) {
    try {
      log_->update(fit.run);
    } catch (const Error& error) {
      if (!said_) {
        std::fprintf(stderr, "onecycle fit: the log %s is not complete: %s\n", name_.c_str(),
                     error.what());
      }
      said_ = true;
    }
  }

  std::string name_;
  std::unique_ptr<RunLog> log_;
  bool said_ = false;
};

}  // namespace onecycle::cli
