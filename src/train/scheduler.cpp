#include "onecycle/train/scheduler.h"

#include <utility>

#include "onecycle/core/error.h"
#include "train/torch_optimizer.h"

namespace onecycle {

Scheduler::Scheduler(torch::optim::Optimizer& optimizer, GroupSchedules schedule,
                     const Rates& peaks, std::int64_t total)
    : optimizer_(optimizer),
      schedule_(std::move(schedule)),
      peaks_(peaks.for_groups(optimizer.param_groups().size())),
      total_(total) {
  require(total >= 1, ErrorKind::usage, "scheduler: expected a total of at least 1 iteration, got ",
          total);
  schedule_.check(optimizer.param_groups().size(), total);
  const auto others = schedule_.others();
  require(others.empty(), ErrorKind::usage,
          "scheduler: schedule: expected to move lr, momentum and weight_decay, got also ",
          join(others, ", "), "; read them from the schedule yourself");
  for (auto& group : optimizer.param_groups()) {
    has_momentum_.push_back(momentum_is_used(group.options()));
    const double* const decay = weight_decay_in(group.options());
    weight_decays_.push_back(decay != nullptr ? *decay : 0.0);
  }
  seek(0);
}

void Scheduler::seek(std::int64_t iteration) {
  auto& groups = optimizer_.param_groups();
  schedule_.for_each(groups.size(), iteration, total_, [&](std::size_t g, const Values& values) {
    torch::optim::OptimizerOptions& options = groups[g].options();
    options.set_lr(peaks_[g] * values.lr);
    if (values.momentum && has_momentum_[g]) {
      write_momentum(options, *values.momentum);
    }
    if (values.weight_decay) {
      double* const decay = weight_decay_in(options);
      require(decay != nullptr, ErrorKind::usage,
              "scheduler: weight_decay: expected an optimizer of LibTorch (SGD, Adam, AdamW, "
              "RMSprop, Adagrad), got another; leave weight_decay out of the schedule");
      *decay = weight_decays_[g] * *values.weight_decay;
    }
  });
  iteration_ = iteration;
}

std::vector<double> Scheduler::rates() const {
  std::vector<double> rates;
  for (auto& group : optimizer_.param_groups()) {
    rates.push_back(group.options().get_lr());
  }
  return rates;
}

}  // namespace onecycle
