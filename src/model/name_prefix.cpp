#include "model/name_prefix.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "onecycle/core/text.h"

namespace onecycle {
namespace {

/// Of checkpoints, which hold other things beside the weights.
constexpr std::array<std::string_view, 3> kContainers = {"state_dict.", "model_state_dict.",
                                                         "model_state."};
/// Of modules that hold the network: DataParallel, Lightning, torch.compile and other custom.
constexpr std::array<std::string_view, 7> kWrappers = {
    "module.", "model.", "backbone.", "_orig_mod.", "encoder.", "net.", "network."};

/// The prefixes of those in use that `name` begins with, one after another.
std::string wrapping_of(std::string_view name) {
  std::string prefix;
  const auto take = [&](const auto& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
      if (!name.starts_with(part)) {
        return false;
      }
      prefix += part;
      name.remove_prefix(part.size());
      return true;
    });
  };
  while (take(kContainers) || take(kWrappers)) {
  }
  return prefix;
}

bool begins_with_container(std::string_view prefix) {
  return std::any_of(kContainers.begin(), kContainers.end(),
                     [&](std::string_view part) { return prefix.starts_with(part); });
}

std::size_t count_known(const NamedTensors& tensors, std::string_view prefix,
                        const std::unordered_set<std::string>& known) {
  return static_cast<std::size_t>(
      std::count_if(tensors.begin(), tensors.end(), [&](const auto& item) {
        return item.first.starts_with(prefix) && known.contains(item.first.substr(prefix.size()));
      }));
}

}  // namespace

StrippedNames strip_prefix(const NamedTensors& tensors,
                           const std::unordered_set<std::string>& known) {
  StrippedNames best{.tensors = {}, .prefix = {}, .ignored = {}};
  auto most = count_known(tensors, "", known);
  std::unordered_set<std::string> tried;
  for (const auto& [name, unused] : tensors) {
    auto prefix = wrapping_of(name);
    // A module of the network may itself be called as a wrapper is: try each shorter prefix, too.
    while (!prefix.empty() && tried.insert(prefix).second) {
      if (const auto count = count_known(tensors, prefix, known); count > most) {
        most = count;
        best.prefix = prefix;
      }
      prefix.erase(prefix.find_last_of('.', prefix.size() - 2) + 1);
    }
  }
  const bool container = begins_with_container(best.prefix);
  const auto outer = best.prefix.substr(0, best.prefix.find('.') + 1);
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(best.prefix)) {
      best.tensors.emplace_back(name.substr(best.prefix.size()), tensor);
    } else if (container && !name.starts_with(outer)) {
      best.ignored.push_back(name);
    } else {
      best.tensors.emplace_back(name, tensor);
    }
  }
  return best;
}

}  // namespace onecycle
