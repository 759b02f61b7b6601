#include "onecycle/train/scheduler.h"

#include <utility>

#include "train/torch_optimizer.h"

namespace onecycle {

Scheduler::Scheduler(torch::optim::Optimizer& optimizer, Schedule schedule, const Rates& peaks,
                     std::int64_t total)
    : optimizer_(optimizer),
      schedule_(std::move(schedule)),
      peaks_(peaks.for_groups(optimizer.param_groups().size())),
      total_(total) {
  require(total >= 1, ErrorKind::usage, "scheduler: expected a total of at least 1 iteration, got ",
          total);
  for (auto& group : optimizer.param_groups()) {
    has_momentum_.push_back(momentum_is_used(group.options()));
  }
  seek(0);
}

void Scheduler::seek(std::int64_t iteration) {
  const Values values = schedule_.at(iteration, total_);
  iteration_ = iteration;
  auto& groups = optimizer_.param_groups();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    groups[g].options().set_lr(peaks_[g] * values.lr);
    if (values.momentum && has_momentum_[g]) {
      write_momentum(groups[g].options(), *values.momentum);
    }
  }
}

std::vector<double> Scheduler::rates() const {
  std::vector<double> rates;
  for (auto& group : optimizer_.param_groups()) {
    rates.push_back(group.options().get_lr());
  }
  return rates;
}

}  // namespace onecycle
