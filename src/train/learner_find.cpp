// The finder over a learner, and fine-tuning.

#include <torch/nn/module.h>

#include <utility>

#include "onecycle/core/error.h"
#include "train/learner_fit.h"

namespace onecycle {
namespace {
// Of gradients that overflow in float16: the scale is halved each time, and the loss has blown up
// where that does not help.
constexpr int kMostTries = 20;
}  // namespace

/// One weight update at `rate`, in the epoch that is on or in the next one.
FindStep Learner::find_step(const FindOptions& options, double rate, std::int64_t& epoch) {
  std::vector<GroupValues>& values = optimizer_->values();
  const std::vector<double> rates = options.group_rates(rate, values.size());
  for (std::size_t g = 0; g < rates.size(); ++g) {
    values[g].lr = rates[g];
  }
  FindStep step;
  step.batches = 0;
  bool finite = false;
  for (int tries = 0; !finite && tries < kMostTries; ++tries) {
    Action unused = Action::proceed;
    Window window = backward(nullptr, unused);
    if (window.batches == 0) {
      train_.start_epoch(++epoch);
      window = backward(nullptr, unused);
    }
    step.batches += window.batches;
    finite = finish_gradient(window);
    step.loss = window.loss;
    if (finite) {
      optimizer_->step();
    }
    optimizer_->zero_grad();
  }
  if (options.valid_batches) {
    const auto most = *options.valid_batches;
    const Evaluation at_rate =
        evaluate(valid_loader(), {.most_batches = most == 0 ? std::nullopt : std::optional(most)});
    step.loss = torch::tensor(at_rate.loss, torch::kDouble);
  }
  return step;
}

FindRecord Learner::lr_find(const FindOptions& options) {
  options.check(model_.groups.size());
  require(!options.group || std::cmp_greater_equal(*options.group, frozen_), ErrorKind::usage,
          "lr_find: group: expected one that is trained, got one of the ", frozen_,
          " that are frozen");
  require(!options.valid_batches || valid_, ErrorKind::usage,
          "lr_find: expected a validation set to measure the loss on, got none; give one to the "
          "learner, or use the training loss");
  std::int64_t epoch = epoch_;
  bool first = true;
  FindRecord record = run_sweep(
      options, [this](StateArchive& archive) { state(archive); }, options_.device,
      [&](double rate) -> FindStep {
        if (std::exchange(first, false)) {
          train_mode(model_, frozen_, options_.frozen_norms);
          optimizer_->zero_grad();
          train_.start_epoch(epoch);
        }
        return find_step(options, rate, epoch);
      });
  record.epochs = static_cast<double>(record.batches) / static_cast<double>(train_.batches());
  return record;
}

}  // namespace onecycle
