#include "model/weight_match.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

#include "model/shape.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

// Enough names to see the pattern, few enough to read the message.
constexpr std::size_t kNamesShown = 8;

void append_problem(std::string& problems, std::string_view title,
                    const std::vector<std::string>& names) {
  if (!names.empty()) {
    problems += cat(problems.empty() ? "" : "; ", title, " ", list_names(names));
  }
}

bool compatible(const torch::Tensor& target, const torch::Tensor& source) {
  const bool same_kind = target.scalar_type() == source.scalar_type() ||
                         (target.is_floating_point() && source.is_floating_point());
  return same_kind && target.sizes() == source.sizes();
}

}  // namespace

std::string describe_tensor(const torch::Tensor& tensor) {
  return cat(torch::toString(tensor.scalar_type()), " [", format_sizes(tensor.sizes().vec()), "]");
}

std::string describe_difference(const WeightMatch::Pair& pair) {
  return cat(pair.name, " is ", describe_tensor(pair.value), ", not ",
             describe_tensor(pair.target));
}

std::string list_names(std::vector<std::string> names) {
  const auto count = names.size();
  if (count > kNamesShown) {
    names.resize(kNamesShown);
    names.push_back(cat("and ", count - kNamesShown, " more"));
  }
  return cat("(", count, "): ", join(names, ", "));
}

std::string WeightMatch::problems() const {
  std::vector<std::string> differences;
  std::transform(different.begin(), different.end(), std::back_inserter(differences),
                 describe_difference);
  std::string text;
  append_problem(text, "missing", missing);
  append_problem(text, "unexpected", unexpected);
  append_problem(text, "different", differences);
  return text;
}

WeightMatch match_weights(const NamedTensors& module, const NamedTensors& file) {
  WeightMatch match;
  const std::unordered_map<std::string, torch::Tensor> targets(module.begin(), module.end());
  std::unordered_set<std::string> given;
  for (const auto& [name, value] : file) {
    given.insert(name);
    const auto target = targets.find(name);
    if (target == targets.end()) {
      match.unexpected.push_back(name);
    } else {
      auto& fitting = compatible(target->second, value) ? match.pairs : match.different;
      fitting.push_back({.name = name, .target = target->second, .value = value});
    }
  }
  for (const auto& [name, unused] : module) {
    if (!given.contains(name)) {
      match.missing.push_back(name);
    }
  }
  return match;
}

void copy_weights(const WeightMatch& match) {
  const torch::NoGradGuard no_grad;
  for (const auto& pair : match.pairs) {
    auto target = pair.target;
    target.copy_(pair.value);
  }
}

}  // namespace onecycle
