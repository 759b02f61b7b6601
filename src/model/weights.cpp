#include "onecycle/model/weights.h"

#include <ATen/core/grad_mode.h>

#include <unordered_map>

#include "model/shape.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

// Enough names to see the pattern, few enough to read the message.
constexpr std::size_t kNamesShown = 8;

void append_problem(std::string& problems, std::string_view title, std::vector<std::string> names) {
  if (names.empty()) {
    return;
  }
  const auto count = names.size();
  if (count > kNamesShown) {
    names.resize(kNamesShown);
    names.push_back(cat("and ", count - kNamesShown, " more"));
  }
  problems += cat(problems.empty() ? "" : "; ", title, " (", count, "): ", join(names, ", "));
}

std::string describe(const torch::Tensor& tensor) {
  return cat(torch::toString(tensor.scalar_type()), " [", format_sizes(tensor.sizes().vec()), "]");
}

bool compatible(const torch::Tensor& target, const torch::Tensor& source) {
  const bool same_kind = target.scalar_type() == source.scalar_type() ||
                         (target.is_floating_point() && source.is_floating_point());
  return same_kind && target.sizes() == source.sizes();
}

}  // namespace

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& item : module.named_parameters()) {
    tensors.emplace_back(item.key(), item.value());
  }
  for (const auto& item : module.named_buffers()) {
    tensors.emplace_back(item.key(), item.value());
  }
  return tensors;
}

void load_weights(torch::nn::Module& module, const NamedTensors& tensors,
                  const std::string& source) {
  std::unordered_map<std::string, torch::Tensor> targets;
  std::vector<std::string> missing;
  std::vector<std::string> unexpected;
  std::vector<std::string> different;
  NamedTensors copies;  // pairs of the name and the value, checked
  const auto own = named_tensors(module);
  targets.insert(own.begin(), own.end());
  for (const auto& [name, value] : tensors) {
    const auto target = targets.find(name);
    if (target == targets.end()) {
      unexpected.push_back(name);
    } else if (!compatible(target->second, value)) {
      different.push_back(cat(name, " is ", describe(value), ", not ", describe(target->second)));
    } else {
      copies.emplace_back(name, value);
    }
  }
  std::unordered_map<std::string, torch::Tensor> given(tensors.begin(), tensors.end());
  for (const auto& [name, unused] : own) {
    if (!given.contains(name)) {
      missing.push_back(name);
    }
  }
  std::string problems;
  append_problem(problems, "missing", missing);
  append_problem(problems, "unexpected", unexpected);
  append_problem(problems, "different", different);
  require(problems.empty(), ErrorKind::checkpoint, source,
          ": expected the weights of this model, got ", problems,
          "; load them into the model that they were saved from");
  const torch::NoGradGuard no_grad;
  for (const auto& [name, value] : copies) {
    targets.at(name).copy_(value);
  }
}

}  // namespace onecycle
