#include "onecycle/train/recorder.h"

#include <ATen/ops/stack.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace onecycle {
namespace {

// Bounds the memory that waiting losses take; on a CUDA device a read every so many iterations
// costs nothing that can be measured.
constexpr std::size_t kMostPending = 1024;

std::vector<double> read(const std::vector<torch::Tensor>& scalars) {
  if (scalars.empty()) {
    return {};
  }
  const torch::Tensor all = at::stack(scalars).to(torch::kCPU, torch::kDouble);
  const auto* const first = all.const_data_ptr<double>();
  return {first, first + all.numel()};
}

}  // namespace

void Recorder::add(const IterationRecord& record, const std::vector<GroupValues>& values,
                   torch::Tensor loss, torch::Tensor grad_norm) {
  run_.iterations.push_back(record);
  run_.values.insert(run_.values.end(), values.begin(), values.end());
  if (loss.is_cpu()) {  // there is nothing to wait for
    if (grad_norm.defined()) {
      run_.iterations.back().grad_norm = grad_norm.item<double>();
    }
    fill(run_.iterations.back(), loss.item<double>());
    return;
  }
  losses_.push_back(std::move(loss));
  if (grad_norm.defined()) {
    grad_norms_.push_back(std::move(grad_norm));
  }
  if (losses_.size() >= kMostPending) {
    flush();
  }
}

void Recorder::fill(IterationRecord& record, double loss) {
  record.loss = loss;
  record.smoothed = average_.add(loss);
  diverged_ = diverged_ || !std::isfinite(loss);
}

void Recorder::flush() {
  const std::vector<double> losses = read(losses_);
  const std::vector<double> norms = read(grad_norms_);
  const std::size_t first = run_.iterations.size() - losses.size();
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!norms.empty()) {
      run_.iterations[first + i].grad_norm = norms[i];
    }
    fill(run_.iterations[first + i], losses[i]);
  }
  losses_.clear();
  grad_norms_.clear();
}

void Recorder::forget_from(std::size_t iterations) {
  run_.iterations.resize(iterations);
  run_.values.resize(iterations * run_.groups.size());
  average_ = DebiasedAverage();
  diverged_ = false;
  for (const IterationRecord& record : run_.iterations) {
    average_.add(record.loss);
  }
}

void Recorder::state(StateArchive& archive) {
  flush();
  auto iterations = static_cast<std::int64_t>(run_.iterations.size());
  auto epochs = static_cast<std::int64_t>(run_.epochs.size());
  archive.integer("record.iterations", iterations);
  archive.integer("record.epochs", epochs);
  // A learner that takes over the state of another has no record of what came before.
  const auto known = std::min(static_cast<std::size_t>(iterations), run_.iterations.size());
  if (known < run_.iterations.size() || std::cmp_not_equal(average_.count(), known)) {
    forget_from(known);
  }
  if (static_cast<std::size_t>(epochs) < run_.epochs.size()) {
    run_.epochs.resize(static_cast<std::size_t>(epochs));
  }
  archive.flag("record.diverged", diverged_);  // whether a fit goes back depends on it
}

}  // namespace onecycle
