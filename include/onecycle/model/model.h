// A model as training sees it: a module, how to call it, and its parameters in ordered groups.
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onecycle {

/// Parameters that share hyper-parameters, by their dotted names in `named_parameters()`.
struct LayerGroup {
  std::string name;
  std::vector<std::string> parameters = {};

  bool operator==(const LayerGroup&) const = default;
};

/// What is trained. Plain data: make one by hand, with `wrap_model`, or by name (`make_model`).
struct Model {
  std::string name;
  std::shared_ptr<torch::nn::Module> module;
  /// Calls `module`; the first dimension counts examples. Bound to this module: give a copy of the
  /// module its own function.
  std::function<torch::Tensor(const torch::Tensor&)> forward;
  /// From the input side to the head; every parameter is in exactly one.
  std::vector<LayerGroup> groups = {};
  /// The options that make the same model again (`make_model`), as text; empty for a user's own.
  std::map<std::string, std::string> config = {};
};

/// A module that turns one tensor into one tensor.
template <class Module>
concept ForwardModule = std::derived_from<Module, torch::nn::Module> &&
    requires(Module& module, const torch::Tensor& input) {
  { module.forward(input) } -> std::convertible_to<torch::Tensor>;
};

/// One group, `all`, with every parameter of `module`.
std::vector<LayerGroup> single_group(const torch::nn::Module& module);

/// One group for each direct child that has parameters, called as the child, in order of
/// registration. Throws a usage error that names the parameters `module` holds itself, if any.
std::vector<LayerGroup> split_by_children(const torch::nn::Module& module);

/// The name of a group and the beginnings of the names of its parameters.
using GroupPrefixes = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Groups as listed: `{{"body", {"conv"}}, {"head", {"fc"}}}` puts `conv1.weight` into `body`. The
/// longest beginning that fits decides; the empty one takes the rest. Throws a usage error that
/// names the parameters that fit none, a beginning that fits nothing or is listed twice, or a group
/// that is left without parameters.
std::vector<LayerGroup> split_by_prefix(const torch::nn::Module& module,
                                        const GroupPrefixes& prefixes);

/// Reads `body=conv,bn;head=fc` as groups for `split_by_prefix`; `body=;head=fc` puts the rest into
/// `body`. Throws a usage error for a group without a name or `=`.
GroupPrefixes parse_groups(std::string_view text);

/// Throws a usage error unless every parameter of `model.module` is in exactly one group, no group
/// is empty and no two have the same name. A parameter that several modules share counts once,
/// under any of its names.
void check_groups(const Model& model);

/// The parameters of each group, in the order of `model.groups`, after `check_groups`.
std::vector<std::vector<torch::Tensor>> group_parameters(const Model& model);

/// Any module of one's own as a model, in one group:
///
///     Model model = wrap_model(net);
///     model.groups = split_by_children(*model.module);
template <ForwardModule Module>
Model wrap_model(std::shared_ptr<Module> module, const std::string& name = "custom") {
  auto& called = *module;
  auto groups = single_group(called);
  return {.name = name,
          .module = std::move(module),
          .forward = [&called](const torch::Tensor& input) -> torch::Tensor {
            return called.forward(input);
          },
          .groups = std::move(groups),
          .config = {}};
}

/// The same for what `TORCH_MODULE` makes, such as `torch::nn::Sequential`.
template <ForwardModule Module>
Model wrap_model(const torch::nn::ModuleHolder<Module>& holder,
                 const std::string& name = "custom") {
  return wrap_model(holder.ptr(), name);
}

}  // namespace onecycle
