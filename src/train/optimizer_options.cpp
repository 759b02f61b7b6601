#include "onecycle/train/optimizer_options.h"

#include <type_traits>

namespace onecycle {
namespace {

/// The momentum or beta1 of options of the catalogue.
template <class Options>
auto& momentum_in(Options& options) {
  if constexpr (requires { options.beta1; }) {
    return options.beta1;
  } else {
    return options.momentum;
  }
}

/// Calls `act` with the options; throws for a `TorchOptimizer`.
template <class Variant, class Act>
auto with_options(Variant& options, const char* what, Act act) {
  return std::visit(
      [&]<class Options>(Options& chosen) -> decltype(act(std::get<0>(options))) {
        if constexpr (std::is_same_v<std::remove_const_t<Options>, TorchOptimizer>) {
          fail(ErrorKind::usage, what, ": expected an optimizer of the catalogue, got a ",
               "TorchOptimizer; set it where that is made");
        } else {
          return act(chosen);
        }
      },
      options);
}

void check_nesterov(std::string_view name, bool nesterov, double momentum) {
  require(!nesterov || momentum > 0.0, ErrorKind::usage, name,
          ": nesterov: expected momentum > 0, got ", momentum, "; set a momentum such as 0.9");
}

}  // namespace

void Sgd::check() const {
  check_nesterov(name, nesterov, momentum);
  require(!nesterov || dampening == 0.0, ErrorKind::usage, name,
          ": nesterov: expected dampening 0, got ", dampening, "; set one of them");
}

void Lars::check() const { check_nesterov(name, nesterov, momentum); }

double momentum_of(const OptimizerOptions& options) {
  return with_options(options, "momentum",
                      [](const auto& chosen) -> double { return momentum_in(chosen); });
}

double weight_decay_of(const OptimizerOptions& options) {
  return with_options(options, "weight decay",
                      [](const auto& chosen) -> double { return chosen.weight_decay; });
}

void set_momentum(OptimizerOptions& options, double momentum) {
  with_options(options, "momentum", [&](auto& chosen) -> void { momentum_in(chosen) = momentum; });
}

void set_weight_decay(OptimizerOptions& options, double weight_decay) {
  with_options(options, "weight decay",
               [&](auto& chosen) -> void { chosen.weight_decay = weight_decay; });
}

}  // namespace onecycle
