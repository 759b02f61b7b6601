// Which optimizer, with its options: plain data.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/train/state.h"

namespace torch::optim {
class Optimizer;
class OptimizerParamGroup;
}  // namespace torch::optim

namespace onecycle {

// In all of them: p is a parameter, g its gradient, and weight decay is one of two things.
// `decoupled`: p *= 1 - lr weight_decay before the step (Loshchilov & Hutter, 1711.05101; fastai
// v2's default for all optimizers). Otherwise L2: weight_decay p is added to g (PyTorch's default).

/// Stochastic gradient descent: buf = g at a parameter's first step, then momentum buf +
/// (1 - dampening) g; p -= lr buf (nesterov: lr (g + momentum buf)). As `torch.optim.SGD`.
struct Sgd {
  double momentum = 0.9;   ///< [0, 1); at 0 there is no buffer and no schedule touches it
  double dampening = 0.0;  ///< [0, 1]
  bool nesterov = false;   ///< needs momentum > 0 and dampening 0
  double weight_decay = 0.0;
  bool decoupled = false;

  static constexpr std::string_view name = "sgd";
  static constexpr std::string_view summary = "gradient descent with momentum";
  static constexpr std::string_view source = "PyTorch, SGD; decoupled: fastai v2, SGD";
  static constexpr auto fields();
  void check() const;
};

/// Adam (Kingma & Ba, 1412.6980): averages m of g and v of g^2; p -= lr m' / (sqrt(v') + eps), both
/// divided by 1 - beta^steps. That correction uses the beta1 in force, as `torch.optim.Adam` does,
/// so beta1 may be scheduled.
struct Adam {
  double beta1 = 0.9;   ///< [0, 1); what schedules call momentum
  double beta2 = 0.99;  ///< [0, 1); fastai's; PyTorch's is 0.999
  double eps = 1e-5;    ///< > 0; fastai's; PyTorch's is 1e-8
  double weight_decay = 0.0;
  bool amsgrad = false;  ///< with the largest v so far (before its correction), as PyTorch
  bool decoupled = false;

  static constexpr std::string_view name = "adam";
  static constexpr std::string_view summary = "a rate of its own for each weight";
  static constexpr std::string_view source = "Kingma & Ba, 1412.6980; PyTorch, Adam";
  static constexpr auto fields();
};

/// `Adam` with `decoupled`, and a decay by default. As `torch.optim.AdamW`.
struct AdamW {
  double beta1 = 0.9;
  double beta2 = 0.99;
  double eps = 1e-5;
  double weight_decay = 0.01;
  bool amsgrad = false;

  static constexpr std::string_view name = "adamw";
  static constexpr std::string_view summary = "adam with decoupled weight decay";
  static constexpr std::string_view source = "Loshchilov & Hutter, 1711.05101; PyTorch, AdamW";
  static constexpr auto fields();
};

/// Where RMSprop's momentum averages.
enum class MomentumOrder {
  after_division,  ///< buf = momentum buf + g / d; p -= lr buf (PyTorch)
  before_division  ///< buf = momentum buf + g; p -= lr buf / d (fastai v2)
};
constexpr std::array<std::string_view, 2> names_of(MomentumOrder) {
  return {"after_division", "before_division"};
}

/// RMSprop (Hinton, lecture 6e): average v of g^2; p -= lr g / d, with d = sqrt(v) + eps. As
/// `torch.optim.RMSprop`, but that a variance which rounding takes below 0 counts as 0.
struct RmsProp {
  double alpha = 0.99;    ///< [0, 1): how much of v stays
  double eps = 1e-8;      ///< > 0
  double momentum = 0.0;  ///< [0, 1); at 0 there is no buffer and no schedule touches it
  bool centered = false;  ///< sqrt(v - m^2) in place of sqrt(v), with m the average of g
  double weight_decay = 0.0;
  bool decoupled = false;
  MomentumOrder order = MomentumOrder::after_division;

  static constexpr std::string_view name = "rmsprop";
  static constexpr std::string_view summary = "gradients over their recent size";
  static constexpr std::string_view source = "Hinton, lecture 6e; PyTorch, RMSprop; fastai v2";
  static constexpr auto fields();
};

/// Layer-wise adaptive rates (You, Gitman & Ginsburg, 1708.03888): Sgd whose g is multiplied, for
/// each parameter, by trust |p| / (|g| + weight_decay |p| + eps); by 1 where |p| or |g| is 0 and
/// for parameters that are excluded from weight decay. As in `Sgd`, lr multiplies the buffer, not
/// what goes into it: at a constant rate that is the paper's.
struct Lars {
  double momentum = 0.9;
  bool nesterov = false;  ///< needs momentum > 0
  double weight_decay = 0.0;
  bool decoupled = false;  ///< the decay comes before |p| is taken, and is not in the ratio
  double trust = 0.001;    ///< > 0; the paper's
  double eps = 1e-8;       ///< >= 0
  std::optional<double> max_trust = {};  ///< > 0; what multiplies g is at most that

  static constexpr std::string_view name = "lars";
  static constexpr std::string_view summary =
      "sgd with a trust ratio for each layer, large batches";
  static constexpr std::string_view source = "You, Gitman & Ginsburg, 1708.03888";
  static constexpr auto fields();
  void check() const;
};

/// Layer-wise Adam (You et al., 1904.00962): u = Adam's m' / (sqrt(v') + eps), plus weight_decay p;
/// p -= lr r u with r = |p| / |u|; r = 1 where one of them is 0 and for parameters that are
/// excluded from weight decay. Weight decay is in u and never in the averages.
struct Lamb {
  double beta1 = 0.9;  ///< [0, 1); what schedules call momentum
  double beta2 = 0.999;
  double eps = 1e-6;
  double weight_decay = 0.01;
  bool decoupled = false;                ///< not in u: p *= 1 - lr weight_decay before |p| is taken
  std::optional<double> max_trust = {};  ///< > 0; r is at most that

  static constexpr std::string_view name = "lamb";
  static constexpr std::string_view summary =
      "adam with a trust ratio for each layer, large batches";
  static constexpr std::string_view source = "You et al., 1904.00962";
  static constexpr auto fields();
};

/// Any optimizer with LibTorch's interface:
///
///     TorchOptimizer{.make = [](auto groups) {
///       return std::make_unique<torch::optim::Adagrad>(groups, torch::optim::AdagradOptions());
///     }}
///
/// Rates are written into every group before each step; momentum, beta1 and weight decay where the
/// kind is LibTorch's own. Its weight decay holds for all parameters of a group alike.
struct TorchOptimizer {
  /// Makes it over the groups it is given, as they are: without options, so that its defaults hold
  /// for all (a group's options that equal LibTorch's defaults count as not set there).
  std::function<std::unique_ptr<torch::optim::Optimizer>(
      std::vector<torch::optim::OptimizerParamGroup>)>
      make;
  /// Lists what it remembers of the parameters. Needed unless it is an SGD, Adam, AdamW, RMSprop or
  /// Adagrad of LibTorch.
  std::function<void(StateArchive&, torch::optim::Optimizer&)> state = {};
};

/// Which optimizer, with its options.
using OptimizerOptions = std::variant<Sgd, Adam, AdamW, RmsProp, Lars, Lamb, TorchOptimizer>;

/// The momentum or beta1, and the weight decay, that the options ask for. Throw a usage error for a
/// `TorchOptimizer`, whose own options are not known before it is made.
double momentum_of(const OptimizerOptions& options);
double weight_decay_of(const OptimizerOptions& options);
/// The same, to be set. What is out of range is found by `make_optimizer`.
void set_momentum(OptimizerOptions& options, double momentum);
void set_weight_decay(OptimizerOptions& options, double weight_decay);

// The options of each for help and notation.

namespace detail {
template <class P>
constexpr auto decay_field = Field<P, double>{"weight_decay", &P::weight_decay, "factor",
                                              "pull of the weights towards 0", kNotNegative};
template <class P>
constexpr auto decoupled_field = Field<P, bool>{
    "decoupled", &P::decoupled, "yes/no", "shrink the weights instead of adding to the gradient"};
template <class P>
constexpr auto momentum_field = Field<P, double>{"momentum", &P::momentum, "fraction",
                                                 "how much of the buffer stays", kMomentum};
template <class P>
constexpr auto nesterov_field =
    Field<P, bool>{"nesterov", &P::nesterov, "yes/no", "look one step ahead; needs momentum"};
template <class P>
constexpr auto beta1_field = Field<P, double>{
    "beta1", &P::beta1, "fraction",
    "how much of the average gradient stays; what policies move as momentum", kMomentum};
template <class P>
constexpr auto beta2_field = Field<P, double>{
    "beta2", &P::beta2, "fraction", "how much of the average squared gradient stays", kMomentum};
template <class P>
constexpr auto eps_field =
    Field<P, double>{"eps", &P::eps, "gradient", "added to the divisor", kPositive};
template <class P>
constexpr auto max_trust_field = Field<P, std::optional<double>>{
    "max_trust", &P::max_trust, "factor", "largest trust ratio", kPositive, "no bound"};
template <class P>
constexpr auto amsgrad_field =
    Field<P, bool>{"amsgrad", &P::amsgrad, "yes/no", "divide by the largest average so far"};
}  // namespace detail

constexpr auto Sgd::fields() {
  using P = Sgd;
  return std::tuple{detail::momentum_field<P>,
                    Field<P, double>{"dampening", &P::dampening, "fraction",
                                     "of the gradient that stays out of the buffer", kFraction},
                    detail::nesterov_field<P>, detail::decay_field<P>, detail::decoupled_field<P>};
}

constexpr auto Adam::fields() {
  using P = Adam;
  return std::tuple{detail::beta1_field<P>, detail::beta2_field<P>,   detail::eps_field<P>,
                    detail::decay_field<P>, detail::amsgrad_field<P>, detail::decoupled_field<P>};
}

constexpr auto AdamW::fields() {
  using P = AdamW;
  return std::tuple{detail::beta1_field<P>, detail::beta2_field<P>, detail::eps_field<P>,
                    detail::decay_field<P>, detail::amsgrad_field<P>};
}

constexpr auto RmsProp::fields() {
  using P = RmsProp;
  return std::tuple{
      Field<P, double>{"alpha", &P::alpha, "fraction",
                       "how much of the average squared gradient stays", kMomentum},
      detail::eps_field<P>,
      detail::momentum_field<P>,
      Field<P, bool>{"centered", &P::centered, "yes/no", "divide by the deviation from the mean"},
      detail::decay_field<P>,
      detail::decoupled_field<P>,
      Field<P, MomentumOrder>{"order", &P::order, "choice",
                              "momentum after the division (PyTorch) or before it (fastai)"}};
}

constexpr auto Lars::fields() {
  using P = Lars;
  return std::tuple{
      detail::momentum_field<P>,
      detail::nesterov_field<P>,
      detail::decay_field<P>,
      detail::decoupled_field<P>,
      Field<P, double>{"trust", &P::trust, "factor", "of the trust ratio", kPositive},
      Field<P, double>{"eps", &P::eps, "gradient", "added to the divisor", kNotNegative},
      detail::max_trust_field<P>};
}

constexpr auto Lamb::fields() {
  using P = Lamb;
  return std::tuple{detail::beta1_field<P>, detail::beta2_field<P>,     detail::eps_field<P>,
                    detail::decay_field<P>, detail::decoupled_field<P>, detail::max_trust_field<P>};
}

}  // namespace onecycle
