// What the schedules and the finder need to know of LibTorch's own optimizers.
#pragma once

#include <torch/optim/optimizer.h>

#include <optional>

#include "onecycle/train/state.h"

namespace onecycle {

/// Whether a schedule's momentum means something to these options: SGD or RMSprop with momentum,
/// Adam or AdamW (beta1).
bool momentum_is_used(torch::optim::OptimizerOptions& options);

/// SGD's and RMSprop's momentum, Adam's and AdamW's beta1; nothing for others.
std::optional<double> momentum_in(torch::optim::OptimizerOptions& options);

/// Sets SGD's and RMSprop's momentum, Adam's and AdamW's beta1; nothing for others.
void write_momentum(torch::optim::OptimizerOptions& options, double momentum);

/// The weight decay of the options of LibTorch's optimizers, to be read and written; null for
/// others.
double* weight_decay_in(torch::optim::OptimizerOptions& options);

/// Whether `list_torch_optimizer` can list what it remembers.
bool state_is_known(const torch::optim::Optimizer& optimizer);

/// Lists each group's rate, momentum and weight decay and all that SGD, Adam, AdamW, RMSprop or
/// Adagrad remember of each parameter. Throws a usage error for other optimizers: what they
/// remember is unknown.
void list_torch_optimizer(StateArchive& archive, torch::optim::Optimizer& optimizer);

}  // namespace onecycle
