#include <torch/optim/lbfgs.h>

#include <algorithm>
#include <utility>

#include "onecycle/core/error.h"
#include "train/optimizer/kinds.h"
#include "train/torch_optimizer.h"

namespace onecycle {
namespace {

namespace optim = torch::optim;

constexpr const char* kWhat = "TorchOptimizer: make: ";

using Groups = std::vector<std::vector<torch::Tensor>>;

std::unique_ptr<optim::Optimizer> call_make(const TorchOptimizer& options, const Groups& groups) {
  require(static_cast<bool>(options.make), ErrorKind::usage, kWhat,
          "expected a function that makes an optimizer, got none");
  std::vector<optim::OptimizerParamGroup> bare;
  for (const auto& parameters : groups) {
    bare.emplace_back(parameters);
  }
  try {
    return options.make(std::move(bare));
  } catch (const c10::Error& error) {
    fail(ErrorKind::usage, kWhat, error.what_without_backtrace());
  }
}

/// Rates are written group by group: the groups must be those of the model.
void require_same_groups(optim::Optimizer& optimizer, const Groups& expected) {
  auto& groups = optimizer.param_groups();
  require(groups.size() == expected.size(), ErrorKind::usage, kWhat, "expected an optimizer over ",
          expected.size(), " groups, got one over ", groups.size(), "; pass on the groups it gets");
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& own = groups[g].params();
    const bool same = std::equal(own.begin(), own.end(), expected[g].begin(), expected[g].end(),
                                 [](const auto& a, const auto& b) { return a.is_same(b); });
    require(same, ErrorKind::usage, kWhat, "expected in group ", g,
            " its parameters in their order, got others; pass on the groups it gets");
  }
}

std::unique_ptr<optim::Optimizer> make_own(const TorchOptimizer& options, const Groups& groups) {
  auto own = call_make(options, groups);
  require(own != nullptr, ErrorKind::usage, kWhat, "expected an optimizer, got a null pointer");
  require(dynamic_cast<optim::LBFGS*>(own.get()) == nullptr, ErrorKind::usage, kWhat,
          "expected an optimizer that steps on given gradients, got LBFGS, which calculates the "
          "loss again; use another, or LBFGS in a loop of your own");
  require_same_groups(*own, groups);
  require(options.state || state_is_known(*own), ErrorKind::usage, kWhat,
          "expected an optimizer whose state is known (SGD, Adam, AdamW, RMSprop, Adagrad), got "
          "another; list its state in TorchOptimizer::state");
  return own;
}

/// Somebody else's optimizer under our interface.
class TorchKind final : public Optimizer {
 public:
  TorchKind(Groups groups, TorchOptimizer options, double lr)
      : groups_(std::move(groups)),
        options_(std::move(options)),
        own_(make_own(options_, groups_)) {
    for (auto& group : own_->param_groups()) {
      const double* const decay = weight_decay_in(group.options());
      moves_momentum_.push_back(momentum_is_used(group.options()));
      values_.push_back({.lr = lr,
                         .momentum = momentum_in(group.options()).value_or(0.0),
                         .weight_decay = decay != nullptr ? *decay : 0.0});
    }
    initial_.assign(values_.begin(), values_.end());
  }

  void step() override {
    auto& groups = own_->param_groups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
      optim::OptimizerOptions& options = groups[g].options();
      options.set_lr(values_[g].lr);
      if (moves_momentum_[g]) {
        write_momentum(options, values_[g].momentum);
      }
      if (double* const decay = weight_decay_in(options)) {
        *decay = values_[g].weight_decay;
      }
    }
    own_->step();
  }

  void zero_grad() override { own_->zero_grad(); }
  std::vector<GroupValues>& values() override { return values_; }
  [[nodiscard]] double base_weight_decay(std::size_t group) const override {
    return initial_[group].weight_decay;
  }
  [[nodiscard]] bool has_momentum() const override {
    return std::find(moves_momentum_.begin(), moves_momentum_.end(), true) != moves_momentum_.end();
  }

  void state(StateArchive& archive) override {
    list_group_values(archive, values_);
    list_memories(archive);
  }

  /// Some remember things from the start, or in places of their own.
  void forget() override { own_ = make_own(options_, groups_); }

  [[nodiscard]] std::int64_t bytes() const override {
    return save_state([this](StateArchive& archive) { list_memories(archive); }, Copy::alias)
        .bytes();
  }

 private:
  void list_memories(StateArchive& archive) const {
    if (options_.state) {
      options_.state(archive, *own_);
    } else {
      list_torch_optimizer(archive, *own_);
    }
  }

  Groups groups_;
  TorchOptimizer options_;
  std::unique_ptr<optim::Optimizer> own_;
  std::vector<bool> moves_momentum_;
  std::vector<GroupValues> values_;
  std::vector<GroupValues> initial_;
};

}  // namespace

std::unique_ptr<Optimizer> make_kind(const OptimizerSetup& setup, const TorchOptimizer& options) {
  require(setup.exclusion.patterns.empty(), ErrorKind::usage,
          "decay exclusion: expected no names with a TorchOptimizer, whose groups decay alike, "
          "got ",
          setup.exclusion.text(), "; put the parameters into a group of their own");
  return std::make_unique<TorchKind>(group_parameters(setup.model), options, setup.lr);
}

}  // namespace onecycle
