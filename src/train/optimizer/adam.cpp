#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/empty.h>

#include "train/optimizer/slots.h"

namespace onecycle {
namespace {

std::vector<std::string_view> memories_of(const Adam& adam) {
  std::vector<std::string_view> memories = {"exp_avg", "exp_avg_sq"};
  if (adam.amsgrad) {
    memories.emplace_back("max_exp_avg_sq");
  }
  return memories;
}

class AdamOptimizer final : public SlotOptimizer {
 public:
  AdamOptimizer(const OptimizerSetup& setup, const Adam& adam)
      : SlotOptimizer(setup, {.memories = memories_of(adam), .counts_steps = true}, adam.beta1,
                      adam.weight_decay),
        adam_(adam) {}

 private:
  void apply(const Update& update, const UpdateLists& lists) override {
    const auto& [means, squares, largest] = lists.memories;
    count(update.steps, lists.parameters);
    const auto fused = [&](auto&& launch) {
      launch(lists.parameters, lists.gradients, means, squares, largest, steps_, update.lr,
             update.momentum, adam_.beta2, update.weight_decay, adam_.eps, adam_.amsgrad,
             /*maximize=*/false);
    };
    if (adam_.decoupled) {
      fused([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
    } else {
      fused([](auto&&... arguments) { at::_fused_adam_(arguments...); });
    }
  }

  /// One tensor serves all parameters: the operator only reads it.
  void count(std::int64_t steps, const std::vector<torch::Tensor>& parameters) {
    const torch::Device device = parameters.front().device();
    if (!count_.defined() || count_.device() != device) {
      count_ = at::empty({}, torch::dtype(torch::kFloat).device(device));
    }
    count_.fill_(static_cast<double>(steps));
    steps_.assign(parameters.size(), count_);
  }

  Adam adam_;
  torch::Tensor count_;
  std::vector<torch::Tensor> steps_;
};

}  // namespace

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const Adam& options) {
  return std::make_unique<AdamOptimizer>(setup, options);
}

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const AdamW& options) {
  return make_kind(setup, Adam{.beta1 = options.beta1,
                               .beta2 = options.beta2,
                               .eps = options.eps,
                               .weight_decay = options.weight_decay,
                               .amsgrad = options.amsgrad,
                               .decoupled = true});
}

}  // namespace onecycle
