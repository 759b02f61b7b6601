// What all optimizers of our own have in common: what they remember of each parameter, and updates
// of all parameters at once that share their hyper-parameters.
#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "train/optimizer/kinds.h"

namespace onecycle {

/// The most tensors that an optimizer remembers of a parameter.
inline constexpr std::size_t kMostMemories = 3;

/// One parameter and what the optimizer remembers of it.
struct Slot {
  std::string name;
  torch::Tensor parameter;
  std::size_t group;
  bool decays;
  std::array<torch::Tensor, kMostMemories> memories = {};
  std::int64_t steps = 0;
};

/// What the parameters of one update have in common. A parameter takes part in the same update as
/// the one before it if nothing tells them apart.
struct Update {
  double lr, momentum, weight_decay;
  std::int64_t steps;  ///< with this one; 0 where they make no difference
  bool fresh;          ///< the momentum buffer is new: zeros
  bool trusts;         ///< they get a trust ratio
  c10::ScalarType type;

  bool operator==(const Update&) const = default;
};

/// The tensors of one update, kept between updates so that nothing is allocated anew. A memory that
/// the update has no use for is an empty list.
struct UpdateLists {
  std::vector<torch::Tensor> parameters, gradients;
  std::array<std::vector<torch::Tensor>, kMostMemories> memories;

  void clear();
};

/// How an optimizer uses its slots.
struct SlotTraits {
  /// What state calls each tensor that is remembered of a parameter.
  std::vector<std::string_view> memories;
  /// The first of them is a momentum buffer: there once a momentum above 0 is in force.
  bool buffers_momentum = false;
  bool counts_steps = false;  ///< the number of steps makes a difference
  bool trusts = false;        ///< decaying parameters get a trust ratio, others do not
};

class SlotOptimizer : public Optimizer {
 public:
  void step() override;
  void zero_grad() override;
  std::vector<GroupValues>& values() override { return values_; }
  [[nodiscard]] double base_weight_decay(std::size_t /*group*/) const override {
    return initial_.weight_decay;
  }
  [[nodiscard]] bool has_momentum() const override {
    return !traits_.buffers_momentum || initial_.momentum > 0.0;
  }
  void state(StateArchive& archive) override;
  void forget() override;
  [[nodiscard]] std::int64_t bytes() const override;

 protected:
  /// `momentum` and `weight_decay` as the options have them.
  SlotOptimizer(const OptimizerSetup& setup, SlotTraits traits, double momentum,
                double weight_decay);

 private:
  /// Updates the parameters in `lists`, and what is remembered of them.
  virtual void apply(const Update& update, const UpdateLists& lists) = 0;

  [[nodiscard]] Update update_of(const Slot& slot) const;
  void add(Slot& slot, const Update& update);
  void flush(const Update& update);

  SlotTraits traits_;
  GroupValues initial_;
  std::vector<GroupValues> values_;
  std::vector<Slot> slots_;
  UpdateLists lists_;
};

/// Decoupled weight decay.
void shrink_parameters(const Update& update, const UpdateLists& lists);

/// The gradients with weight decay as L2; they themselves if there is none.
std::vector<torch::Tensor> decayed_gradients(const UpdateLists& lists, double weight_decay);

}  // namespace onecycle
