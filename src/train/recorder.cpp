#include "onecycle/train/recorder.h"

#include <ATen/ops/stack.h>

#include <utility>

namespace onecycle {
namespace {
// Bounds the memory that waiting losses take; on a CUDA device a read every so many iterations
// costs nothing that can be measured.
constexpr std::size_t kMostPending = 1024;
}  // namespace

void Recorder::add(const IterationRecord& record, const std::vector<GroupValues>& values,
                   torch::Tensor loss) {
  run_.iterations.push_back(record);
  run_.values.insert(run_.values.end(), values.begin(), values.end());
  pending_.push_back(std::move(loss));
  if (pending_.size() >= kMostPending) {
    flush();
  }
}

void Recorder::flush() {
  if (pending_.empty()) {
    return;
  }
  const torch::Tensor losses = at::stack(pending_).to(torch::kCPU, torch::kDouble);
  const auto* loss = losses.const_data_ptr<double>();
  const std::size_t first = run_.iterations.size() - pending_.size();
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    IterationRecord& record = run_.iterations[first + i];
    record.loss = loss[i];
    record.smoothed = average_.add(loss[i]);
  }
  pending_.clear();
}

void Recorder::state(StateArchive& archive) {
  flush();
  auto iterations = static_cast<std::int64_t>(run_.iterations.size());
  auto epochs = static_cast<std::int64_t>(run_.epochs.size());
  archive.integer("record.iterations", iterations);
  archive.integer("record.epochs", epochs);
  if (static_cast<std::size_t>(iterations) < run_.iterations.size()) {
    run_.iterations.resize(static_cast<std::size_t>(iterations));
    run_.values.resize(run_.iterations.size() * run_.groups.size());
    average_ = DebiasedAverage();
    for (const IterationRecord& record : run_.iterations) {
      average_.add(record.loss);
    }
  }
  if (static_cast<std::size_t>(epochs) < run_.epochs.size()) {
    run_.epochs.resize(static_cast<std::size_t>(epochs));
  }
}

}  // namespace onecycle
