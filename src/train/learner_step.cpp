// The gradient of one iteration: batches, accumulation, precision, clipping.

#include <torch/nn/module.h>

#include "model/channels_last.h"
#include "train/learner_fit.h"
#include "train/stopwatch.h"

namespace onecycle {
namespace {

/// The gradients that are there: those of parameters that are trained and took part.
std::vector<torch::Tensor> gradients_of(const std::vector<torch::Tensor>& parameters) {
  std::vector<torch::Tensor> gradients;
  gradients.reserve(parameters.size());
  for (const torch::Tensor& parameter : parameters) {
    if (parameter.grad().defined()) {
      gradients.push_back(parameter.grad());
    }
  }
  return gradients;
}

}  // namespace

Batch Learner::to_device(const Batch& batch) const {
  torch::Tensor inputs = batch.inputs.to(options_.device, /*non_blocking=*/true);
  if (options_.channels_last && inputs.dim() == 4) {
    inputs = onecycle::channels_last(inputs);
  }
  return {.inputs = std::move(inputs),
          .targets = batch.targets.to(options_.device, /*non_blocking=*/true)};
}

Learner::Window Learner::backward(const FitContext* fit, Action& action) {
  // Weighted by examples, so that the sum over the batches is the mean over all their examples.
  // Weights are relative to a full window; one that turns out short is scaled up at its end.
  const auto full = static_cast<double>(options_.accumulate * train_.options().batch_size);
  Window window;
  Stopwatch watch;
  for (; window.batches < options_.accumulate; ++window.batches) {
    std::optional<Batch> next = train_.next();
    if (!next) {
      break;
    }
    const Batch batch = to_device(*next);
    watch.lap(window.seconds.data);
    if (fit != nullptr) {
      const Action answer = ask([&](Callback& c) { return c.batch_begin(*fit, batch); });
      action = std::max(action, answer);
      watch.skip();
      if (answer == Action::skip_batch) {
        continue;
      }
    }
    torch::Tensor loss;
    {
      const Autocast autocast(options_.precision, options_.device);
      loss = options_.loss(model_.forward(batch.inputs), batch.targets);
    }
    watch.lap(window.seconds.forward);
    const std::int64_t examples = batch.targets.size(0);
    if (options_.accumulate > 1) {
      loss = loss * (static_cast<double>(examples) / full);
    }
    scaler_.scale(loss).backward();
    window.loss = window.loss.defined() ? window.loss + loss.detach() : loss.detach();
    window.examples += examples;
    watch.lap(window.seconds.backward);
  }
  return window;
}

/// From the sum of what `backward` left to what the optimizer gets. False if the gradients
/// overflowed.
bool Learner::finish_gradient(Window& window) {
  const double factor =
      options_.accumulate > 1
          ? static_cast<double>(options_.accumulate * train_.options().batch_size) /
                static_cast<double>(window.examples)
          : 1.0;
  const bool clips = options_.clip.norm || options_.clip.value;
  if (factor == 1.0 && !clips && options_.precision != Precision::float16) {
    return true;
  }
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> gradients = gradients_of(parameters_);
  if (!scaler_.unscale(gradients)) {
    return false;
  }
  if (factor != 1.0) {
    window.loss = window.loss * factor;
    at::_foreach_mul_(gradients, factor);
  }
  if (clips) {
    window.grad_norm = clip_gradients(gradients, options_.clip);
  }
  return true;
}

}  // namespace onecycle
