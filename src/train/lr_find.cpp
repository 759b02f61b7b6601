#include "onecycle/train/lr_find.h"

#include <ATen/ops/stack.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include "onecycle/core/error.h"
#include "onecycle/data/loader.h"
#include "onecycle/finder/suggest.h"
#include "onecycle/train/learner.h"
#include "train/torch_optimizer.h"

namespace onecycle {
namespace {

// On a CUDA device each look at a loss makes it wait; a few iterations too many cost less.
constexpr std::size_t kIterationsPerLook = 8;

/// Hands the losses of `steps` to the log, with one copy from their device, and forgets them.
void read_losses(SweepLog& log, std::vector<FindStep>& steps) {
  if (steps.empty()) {
    return;
  }
  std::vector<torch::Tensor> losses;
  losses.reserve(steps.size());
  for (const FindStep& step : steps) {
    losses.push_back(step.loss);
  }
  const torch::Tensor read = at::stack(losses).to(torch::kCPU, torch::kDouble);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    log.add(read.const_data_ptr<double>()[i], steps[i].batches);
  }
  steps.clear();
}

FindRecord sweep(const FindOptions& options, torch::Device device,
                 const std::function<FindStep(double)>& iterate) {
  SweepLog log(options.setup);
  const Sweep& rates = options.setup.sweep;
  const std::size_t per_look = device.is_cpu() ? 1 : kIterationsPerLook;
  std::vector<FindStep> unread;
  for (std::int64_t k = 0; log.running() && k < rates.iterations(); ++k) {
    if (options.interrupted && options.interrupted()) {
      read_losses(log, unread);
      log.interrupt();
      break;
    }
    unread.push_back(iterate(rates.rate(k)));
    if (unread.size() >= per_look || k + 1 == rates.iterations()) {
      read_losses(log, unread);
    }
  }
  return log.record();
}

}  // namespace

FindRecord run_sweep(const FindOptions& options, const StateList& state, torch::Device device,
                     const std::function<FindStep(double)>& iterate) {
  const TrainState before = save_state(state);
  FindRecord record;
  try {
    record = sweep(options, device, iterate);
  } catch (...) {
    restore_state(state, before);
    throw;
  }
  restore_state(state, before);
  if (options.certify) {
    record.state_before = before.sha256();
    record.state_after = save_state(state, Copy::alias).sha256();
  }
  record.suggestions = suggest(record, options.rules);
  return record;
}

FindRecord lr_find(const OwnLoop& loop, const FindOptions& options) {
  const StateList state = [&](StateArchive& archive) {
    list_module(archive, loop.module);
    if (loop.optimizer_state) {
      loop.optimizer_state(archive);
    } else {
      list_torch_optimizer(archive, loop.optimizer);
    }
    const auto parameters = loop.module.parameters();
    list_generators(archive, parameters.empty() ? torch::kCPU : parameters.front().device());
    if (loop.loader != nullptr) {
      loop.loader->state(archive);
    }
    if (loop.more_state) {
      loop.more_state(archive);
    }
  };
  const auto parameters = loop.module.parameters();
  require(!parameters.empty(), ErrorKind::usage,
          "lr_find: expected a module with parameters, got one without");
  FindRecord record =
      run_sweep(options, state, parameters.front().device(), [&](double rate) -> FindStep {
        loop.module.train();
        for (auto& group : loop.optimizer.param_groups()) {
          group.options().set_lr(rate);
        }
        loop.optimizer.zero_grad();
        const torch::Tensor loss = loop.loss();
        loss.backward();
        loop.optimizer.step();
        return {.loss = loss.detach()};
      });
  if (loop.loader != nullptr) {
    record.epochs =
        static_cast<double>(record.batches) / static_cast<double>(loop.loader->batches());
  }
  return record;
}

}  // namespace onecycle
