#include "train/optimizer/slots.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/zeros_like.h>
#include <torch/utils.h>

#include <algorithm>
#include <utility>

#include "onecycle/core/text.h"

namespace onecycle {

void UpdateLists::clear() {
  parameters.clear();
  gradients.clear();
  for (auto& memory : memories) {
    memory.clear();
  }
}

SlotOptimizer::SlotOptimizer(const OptimizerSetup& setup, SlotTraits traits, double momentum,
                             double weight_decay)
    : traits_(std::move(traits)),
      initial_{.lr = setup.lr, .momentum = momentum, .weight_decay = weight_decay},
      values_(setup.model.groups.size(), initial_) {
  const auto parameters = group_parameters(setup.model);
  const auto decays = decaying_parameters(setup.model, setup.exclusion);
  for (std::size_t g = 0; g < parameters.size(); ++g) {
    for (std::size_t i = 0; i < parameters[g].size(); ++i) {
      slots_.push_back({.name = setup.model.groups[g].parameters[i],
                        .parameter = parameters[g][i],
                        .group = g,
                        .decays = decays[g][i]});
    }
  }
  // With those that decay first, groups with equal values make two updates, not two a group.
  std::stable_partition(slots_.begin(), slots_.end(), [](const Slot& s) { return s.decays; });
}

void SlotOptimizer::step() {
  const torch::NoGradGuard no_grad;
  Update update{};
  lists_.clear();
  for (Slot& slot : slots_) {
    if (!slot.parameter.grad().defined()) {
      continue;
    }
    ++slot.steps;
    const Update own = update_of(slot);
    if (own != update) {
      flush(update);
      update = own;
    }
    add(slot, update);
  }
  flush(update);
}

Update SlotOptimizer::update_of(const Slot& slot) const {
  const GroupValues& values = values_[slot.group];
  const double momentum = has_momentum() ? values.momentum : 0.0;
  return {.lr = values.lr,
          .momentum = momentum,
          .weight_decay = slot.decays ? values.weight_decay : 0.0,
          .steps = traits_.counts_steps ? slot.steps : 0,
          .fresh = traits_.buffers_momentum && momentum > 0.0 && !slot.memories[0].defined(),
          .trusts = traits_.trusts && slot.decays,
          .type = slot.parameter.scalar_type()};
}

void SlotOptimizer::add(Slot& slot, const Update& update) {
  lists_.parameters.push_back(slot.parameter);
  lists_.gradients.push_back(slot.parameter.grad());
  const bool idle = traits_.buffers_momentum && update.momentum == 0.0;
  for (std::size_t m = idle ? 1 : 0; m < traits_.memories.size(); ++m) {
    if (!slot.memories[m].defined()) {
      slot.memories[m] = at::zeros_like(slot.parameter);
    }
    lists_.memories[m].push_back(slot.memories[m]);
  }
}

void SlotOptimizer::flush(const Update& update) {
  if (!lists_.parameters.empty()) {
    apply(update, lists_);
    lists_.clear();
  }
}

void SlotOptimizer::zero_grad() {
  for (Slot& slot : slots_) {
    slot.parameter.mutable_grad() = torch::Tensor();
  }
}

void SlotOptimizer::state(StateArchive& archive) {
  list_group_values(archive, values_);
  for (Slot& slot : slots_) {
    const std::string prefix = cat("optimizer.", slot.name, ".");
    archive.integer(prefix + "steps", slot.steps);
    for (std::size_t m = 0; m < traits_.memories.size(); ++m) {
      archive.optional_tensor(cat(prefix, traits_.memories[m]), slot.memories[m], slot.parameter);
    }
  }
}

void SlotOptimizer::forget() {
  for (Slot& slot : slots_) {
    slot.memories = {};
    slot.steps = 0;
  }
}

std::int64_t SlotOptimizer::bytes() const {
  std::int64_t sum = 0;
  for (const Slot& slot : slots_) {
    for (const torch::Tensor& memory : slot.memories) {
      sum += memory.defined() ? static_cast<std::int64_t>(memory.nbytes()) : 0;
    }
  }
  return sum;
}

void list_group_values(StateArchive& archive, std::vector<GroupValues>& values) {
  for (std::size_t g = 0; g < values.size(); ++g) {
    const std::string prefix = cat("optimizer.group.", g, ".");
    archive.real(prefix + "lr", values[g].lr);
    archive.real(prefix + "momentum", values[g].momentum);
    archive.real(prefix + "weight_decay", values[g].weight_decay);
  }
}

void shrink_parameters(const Update& update, const UpdateLists& lists) {
  if (update.weight_decay != 0.0) {
    at::_foreach_mul_(lists.parameters, 1.0 - update.lr * update.weight_decay);
  }
}

std::vector<torch::Tensor> decayed_gradients(const UpdateLists& lists, double weight_decay) {
  return weight_decay == 0.0 ? lists.gradients
                             : at::_foreach_add(lists.gradients, lists.parameters, weight_decay);
}

}  // namespace onecycle
