#include "onecycle/train/snapshots.h"

#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/stack.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {

Snapshots::Snapshots(const Model& model, SnapshotOptions options) : options_(std::move(options)) {
  require(options_.most >= 1, ErrorKind::usage, name(), ": most: expected at least 1, got ",
          options_.most);
  copies_.assign(static_cast<std::size_t>(options_.most), WeightCopy(*model.module));
}

void Snapshots::fit_begin(const FitContext& fit) {
  for (WeightCopy& copy : copies_) {
    copy.clear();
  }
  taken_ = 0;
  lows_ = fit.schedule.cycle_ends(fit.iterations);
}

Action Snapshots::iteration_end(const IterationContext& iteration) {
  if (std::binary_search(lows_.begin(), lows_.end(), iteration.fit.iteration + 1)) {
    copies_[static_cast<std::size_t>(taken_++ % options_.most)].take();
  }
  return Action::proceed;
}

std::vector<NamedTensors> Snapshots::members() const {
  std::vector<NamedTensors> members;
  for (std::int64_t n = std::max<std::int64_t>(0, taken_ - options_.most); n < taken_; ++n) {
    members.push_back(copies_[static_cast<std::size_t>(n % options_.most)].tensors());
  }
  return members;
}

std::string Snapshots::what() const {
  if (taken_ == 0) {
    return lows_.empty() ? "the schedule has no cycle that ends" : "no cycle has ended yet";
  }
  if (taken_ == 1) {
    return "one snapshot at a low of the rate";
  }
  return cat("mean prediction at ", taken_ > options_.most ? "the last " : "",
             std::min(taken_, options_.most), " lows of the rate");
}

void Snapshots::state(StateArchive& archive) {
  archive.integer(cat(name(), ".taken"), taken_);
  require(taken_ >= 0, ErrorKind::checkpoint, "state: '", name(),
          ".taken': expected at least 0, got ", taken_);
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    copies_[i].state(archive, cat(name(), ".", i, "."));
  }
}

torch::Tensor ensemble_output(const std::vector<torch::Tensor>& outputs, TaskKind kind) {
  require(!outputs.empty(), ErrorKind::usage,
          "ensemble: expected the outputs of a model, got none");
  const torch::Tensor all = at::stack(outputs);
  if (kind == TaskKind::regression) {
    return all.mean(0);
  }
  return at::logsumexp(at::log_softmax(all, -1), 0) - std::log(static_cast<double>(outputs.size()));
}

}  // namespace onecycle
