#include "onecycle/train/freeze.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <set>
#include <utility>

#include "model/norms.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

std::set<std::string> names_in(const Model& model, std::int64_t groups) {
  std::set<std::string> names;
  for (std::int64_t g = 0; g < groups; ++g) {
    const auto& parameters = model.groups[static_cast<std::size_t>(g)].parameters;
    names.insert(parameters.begin(), parameters.end());
  }
  return names;
}

/// Calls `act(module, names of its own parameters)` for each norm of which one is in `names`.
template <class Act>
void for_each_norm(Model& model, const std::set<std::string>& names, Act act) {
  for (auto& item : model.module->named_modules("", /*include_self=*/false)) {
    if (!is_norm(*item.value())) {
      continue;
    }
    std::vector<std::string> own;
    for (const auto& parameter : item.value()->named_parameters(/*recurse=*/false)) {
      own.push_back(cat(item.key(), ".", parameter.key()));
    }
    if (std::any_of(own.begin(), own.end(),
                    [&](const std::string& name) { return names.contains(name); })) {
      act(*item.value(), own);
    }
  }
}

}  // namespace

std::int64_t frozen_by(std::int64_t freeze_to, std::size_t groups) {
  const auto count = static_cast<std::int64_t>(groups);
  require(freeze_to >= -count && freeze_to < count, ErrorKind::usage,
          "freeze to: expected a group in ", -count, " .. ", count - 1,
          " (negative: from the end), got ", freeze_to, "; one group at least is to be trained");
  return freeze_to < 0 ? count + freeze_to : freeze_to;
}

void FreezePlan::check(std::size_t groups, std::int64_t epochs) const {
  if (!any()) {
    return;
  }
  const std::int64_t first = frozen_by(freeze_to.value_or(-1), groups);
  require(std::cmp_less_equal(unfreeze_at.size(), first), ErrorKind::usage,
          "unfreeze at: expected at most one epoch for each of the ", first, " frozen groups, got ",
          unfreeze_at.size());
  for (std::size_t i = 0; i < unfreeze_at.size(); ++i) {
    const std::int64_t lowest = i == 0 ? 1 : unfreeze_at[i - 1] + 1;
    require(unfreeze_at[i] >= lowest && unfreeze_at[i] < epochs, ErrorKind::usage,
            "unfreeze at: expected ascending epochs in 1 .. ", epochs - 1, ", got ",
            unfreeze_at[i]);
  }
}

std::int64_t FreezePlan::frozen(std::int64_t epoch, std::size_t groups) const {
  const std::int64_t first = frozen_by(freeze_to.value_or(-1), groups);
  const auto thawed = std::count_if(unfreeze_at.begin(), unfreeze_at.end(),
                                    [&](std::int64_t at) { return at <= epoch; });
  return !unfreeze_at.empty() && std::cmp_equal(thawed, unfreeze_at.size()) ? 0 : first - thawed;
}

void freeze_groups(Model& model, std::int64_t count, FrozenNorms norms) {
  std::set<std::string> frozen = names_in(model, count);
  if (norms == FrozenNorms::train) {
    for_each_norm(model, std::set(frozen),
                  [&](torch::nn::Module&, const std::vector<std::string>& own) {
                    for (const std::string& name : own) {
                      frozen.erase(name);
                    }
                  });
  }
  for (auto& parameter : model.module->named_parameters()) {
    parameter.value().set_requires_grad(!frozen.contains(parameter.key()));
  }
}

void train_mode(Model& model, std::int64_t frozen, FrozenNorms norms) {
  model.module->train();
  if (norms == FrozenNorms::stay && frozen > 0) {
    for_each_norm(model, names_in(model, frozen),
                  [](torch::nn::Module& norm, const std::vector<std::string>&) { norm.eval(); });
  }
}

}  // namespace onecycle
