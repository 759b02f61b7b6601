#include "onecycle/train/keep.h"

#include <torch/nn/module.h>

#include <cmath>
#include <utility>

#include "onecycle/core/error.h"
#include "train/watched_metric.h"

namespace onecycle {
namespace {

/// An epoch's losses and metrics, nothing where there is no validation loss as not a number.
torch::Tensor numbers_of(const EpochRecord& epoch) {
  std::vector<double> numbers = {epoch.train_loss, epoch.valid_loss ? 1.0 : 0.0,
                                 epoch.valid_loss.value_or(0.0)};
  numbers.insert(numbers.end(), epoch.metrics.begin(), epoch.metrics.end());
  return torch::tensor(numbers, torch::kDouble);
}

void read_numbers(const torch::Tensor& tensor, EpochRecord& epoch) {
  require(tensor.scalar_type() == torch::kDouble && tensor.dim() == 1 && tensor.numel() >= 3,
          ErrorKind::checkpoint, "state: expected at least 3 numbers about an epoch, got ",
          tensor.numel());
  const torch::Tensor numbers = tensor.cpu().contiguous();
  const auto* first = numbers.const_data_ptr<double>();
  epoch.train_loss = first[0];
  epoch.valid_loss = first[1] != 0.0 ? std::optional(first[2]) : std::nullopt;
  epoch.metrics.assign(first + 3, first + numbers.numel());
}

}  // namespace

NamedTensors KeptWeights::weights() const {
  std::vector<NamedTensors> all = members();
  return all.empty() ? NamedTensors() : std::move(all.back());
}

BestWeights::BestWeights(const Model& model, BestOptions options)
    : options_(std::move(options)), copy_(*model.module) {
  require(options_.metric != kLoss || !options_.higher_is_better, ErrorKind::usage, options_.name,
          ": higher_is_better: expected false for the loss, got true; name a metric");
}

void BestWeights::fit_begin(const FitContext& fit) {
  best_.reset();
  copy_.clear();
  metric_ = place_of_metric(options_.name, options_.metric, fit.run);
}

Action BestWeights::epoch_begin(const FitContext& fit) {
  require_measured(options_.name, options_.metric, metric_, fit);
  return Action::proceed;
}

Action BestWeights::epoch_end(const FitContext& /*fit*/, const EpochRecord& epoch) {
  const std::optional<double> value = value_of(epoch, metric_);
  if (!value || !std::isfinite(*value)) {
    return Action::proceed;
  }
  if (best_) {
    const double before = value_of(*best_, metric_).value_or(0.0);
    const bool better = options_.higher_is_better ? *value > before : *value < before;
    const bool comparable = epoch.valid_loss.has_value() == best_->valid_loss.has_value();
    if (!better || !comparable) {
      return Action::proceed;
    }
  }
  best_ = epoch;
  copy_.take();
  return Action::proceed;
}

std::string BestWeights::what() const {
  if (!best_) {
    return cat("no epoch has ended with a finite ", options_.metric);
  }
  const bool unvalidated = !metric_ && !best_->valid_loss;
  return cat("epoch ", best_->epoch + 1, ", ", options_.higher_is_better ? "highest " : "lowest ",
             unvalidated ? "training " : "", options_.metric);
}

std::vector<NamedTensors> BestWeights::members() const {
  return copy_.empty() ? std::vector<NamedTensors>()
                       : std::vector<NamedTensors>(1, copy_.tensors());
}

void BestWeights::state(StateArchive& archive) {
  // The seconds that an epoch took are no state: they would differ from run to run.
  EpochRecord epoch = best_.value_or(EpochRecord());
  torch::Tensor numbers = best_ ? numbers_of(*best_) : torch::Tensor();
  archive.integer(cat(name(), ".epoch"), epoch.epoch);
  archive.integer(cat(name(), ".iterations"), epoch.iterations);
  archive.optional_tensor(cat(name(), ".numbers"), numbers);
  copy_.state(archive, cat(name(), ".weights."));
  if (!numbers.defined()) {
    best_.reset();
    return;
  }
  read_numbers(numbers, epoch);
  if (!best_ || best_->epoch != epoch.epoch) {
    epoch.seconds = 0.0;
    epoch.phases = {};
  }
  best_ = std::move(epoch);
}

std::string weights_sha256(const Model& model) {
  TrainState state;
  for (const auto& [name, tensor] : named_tensors(*model.module)) {
    state.tensors.emplace_back(name, tensor.detach());
  }
  return state.sha256();
}

}  // namespace onecycle
