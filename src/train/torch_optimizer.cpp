#include "train/torch_optimizer.h"

#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <memory>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

namespace optim = torch::optim;

/// Calls `act` with the momentum or beta1 in `options`, by reference, if they have one.
template <class Act>
void with_momentum(optim::OptimizerOptions& options, Act act) {
  if (auto* sgd = dynamic_cast<optim::SGDOptions*>(&options)) {
    act(sgd->momentum());
  } else if (auto* rmsprop = dynamic_cast<optim::RMSpropOptions*>(&options)) {
    act(rmsprop->momentum());
  } else if (auto* adam = dynamic_cast<optim::AdamOptions*>(&options)) {
    act(std::get<0>(adam->betas()));
  } else if (auto* adamw = dynamic_cast<optim::AdamWOptions*>(&options)) {
    act(std::get<0>(adamw->betas()));
  }
}

template <class Options>
double* weight_decay_as(optim::OptimizerOptions& options) {
  auto* const known = dynamic_cast<Options*>(&options);
  return known != nullptr ? &known->weight_decay() : nullptr;
}

void list_memory(StateArchive& archive, const std::string& prefix, optim::SGDParamState& memory,
                 const torch::Tensor& like) {
  archive.optional_tensor(prefix + "momentum_buffer", memory.momentum_buffer(), like);
}

template <class AdamParamState>
void list_adam(StateArchive& archive, const std::string& prefix, AdamParamState& memory,
               const torch::Tensor& like) {
  archive.integer(prefix + "step", memory.step());
  archive.optional_tensor(prefix + "exp_avg", memory.exp_avg(), like);
  archive.optional_tensor(prefix + "exp_avg_sq", memory.exp_avg_sq(), like);
  archive.optional_tensor(prefix + "max_exp_avg_sq", memory.max_exp_avg_sq(), like);
}

void list_memory(StateArchive& archive, const std::string& prefix, optim::AdamParamState& memory,
                 const torch::Tensor& like) {
  list_adam(archive, prefix, memory, like);
}

void list_memory(StateArchive& archive, const std::string& prefix, optim::AdamWParamState& memory,
                 const torch::Tensor& like) {
  list_adam(archive, prefix, memory, like);
}

void list_memory(StateArchive& archive, const std::string& prefix, optim::RMSpropParamState& memory,
                 const torch::Tensor& like) {
  archive.integer(prefix + "step", memory.step());
  archive.optional_tensor(prefix + "square_avg", memory.square_avg(), like);
  archive.optional_tensor(prefix + "momentum_buffer", memory.momentum_buffer(), like);
  archive.optional_tensor(prefix + "grad_avg", memory.grad_avg(), like);
}

void list_memory(StateArchive& archive, const std::string& prefix, optim::AdagradParamState& memory,
                 const torch::Tensor& like) {
  archive.integer(prefix + "step", memory.step());
  archive.optional_tensor(prefix + "sum", memory.sum(), like);
}

/// Lists what is remembered of one parameter, whether or not there is something yet: the list must
/// be the same for saving and restoring.
template <class Memory>
void list_parameter(StateArchive& archive, const std::string& prefix, optim::Optimizer& optimizer,
                    const torch::Tensor& parameter) {
  auto& memories = optimizer.state();
  void* const key = parameter.unsafeGetTensorImpl();
  const auto found = memories.find(key);
  const bool existed = found != memories.end();
  bool exists = existed;
  archive.flag(prefix + "exists", exists);
  auto fresh = std::make_unique<Memory>();
  list_memory(archive, prefix, existed ? static_cast<Memory&>(*found->second) : *fresh, parameter);
  if (existed && !exists) {
    memories.erase(key);
  } else if (exists && !existed) {
    memories[key] = std::move(fresh);
  }
}

template <class... Kinds>
bool is_one_of(const optim::Optimizer& optimizer) {
  return ((dynamic_cast<const Kinds*>(&optimizer) != nullptr) || ...);
}

template <class Kind, class Memory>
bool list_as(StateArchive& archive, optim::Optimizer& optimizer) {
  if (dynamic_cast<Kind*>(&optimizer) == nullptr) {
    return false;
  }
  auto& groups = optimizer.param_groups();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& parameters = groups[g].params();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      list_parameter<Memory>(archive, cat("optimizer.", g, ".", i, "."), optimizer, parameters[i]);
    }
  }
  return true;
}

}  // namespace

bool momentum_is_used(optim::OptimizerOptions& options) {
  bool used = false;
  const bool adam = dynamic_cast<optim::AdamOptions*>(&options) != nullptr ||
                    dynamic_cast<optim::AdamWOptions*>(&options) != nullptr;
  with_momentum(options, [&](double& momentum) { used = adam || momentum > 0.0; });
  return used;
}

std::optional<double> momentum_in(optim::OptimizerOptions& options) {
  std::optional<double> found;
  with_momentum(options, [&](double& momentum) { found = momentum; });
  return found;
}

void write_momentum(optim::OptimizerOptions& options, double momentum) {
  with_momentum(options, [&](double& own) { own = momentum; });
}

double* weight_decay_in(optim::OptimizerOptions& options) {
  for (const auto find :
       {weight_decay_as<optim::SGDOptions>, weight_decay_as<optim::AdamOptions>,
        weight_decay_as<optim::AdamWOptions>, weight_decay_as<optim::RMSpropOptions>,
        weight_decay_as<optim::AdagradOptions>}) {
    if (double* const decay = find(options)) {
      return decay;
    }
  }
  return nullptr;
}

bool state_is_known(const optim::Optimizer& optimizer) {
  return is_one_of<optim::SGD, optim::Adam, optim::AdamW, optim::RMSprop, optim::Adagrad>(
      optimizer);
}

void list_torch_optimizer(StateArchive& archive, optim::Optimizer& optimizer) {
  auto& groups = optimizer.param_groups();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    optim::OptimizerOptions& options = groups[g].options();
    double lr = options.get_lr();
    archive.real(cat("optimizer.", g, ".lr"), lr);
    options.set_lr(lr);
    with_momentum(options,
                  [&](double& own) { archive.real(cat("optimizer.", g, ".momentum"), own); });
    if (double* const decay = weight_decay_in(options)) {
      archive.real(cat("optimizer.", g, ".weight_decay"), *decay);
    }
  }
  const bool known = list_as<optim::SGD, optim::SGDParamState>(archive, optimizer) ||
                     list_as<optim::Adam, optim::AdamParamState>(archive, optimizer) ||
                     list_as<optim::AdamW, optim::AdamWParamState>(archive, optimizer) ||
                     list_as<optim::RMSprop, optim::RMSpropParamState>(archive, optimizer) ||
                     list_as<optim::Adagrad, optim::AdagradParamState>(archive, optimizer);
  require(
      known, ErrorKind::usage,
      "lr_find: expected an optimizer whose state is known (SGD, Adam, AdamW, RMSprop, Adagrad), "
      "got another; list its state in OwnLoop::optimizer_state");
}

}  // namespace onecycle
