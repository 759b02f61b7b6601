#include "onecycle/model/model.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

struct Parameter {
  std::string name;
  torch::Tensor tensor;
};

// A tensor that is registered under several names is listed once, under the first: an optimizer
// that is given it twice refuses it or steps twice.
std::vector<Parameter> distinct_parameters(const torch::nn::Module& module) {
  std::vector<Parameter> parameters;
  std::set<const void*> seen;
  for (const auto& item : module.named_parameters()) {
    if (seen.insert(item.value().unsafeGetTensorImpl()).second) {
      parameters.push_back({item.key(), item.value()});
    }
  }
  return parameters;
}

std::vector<std::string> distinct_names(const torch::nn::Module& module) {
  std::vector<std::string> names;
  for (auto& parameter : distinct_parameters(module)) {
    names.push_back(std::move(parameter.name));
  }
  return names;
}

void require_no_orphans(const std::vector<std::string>& orphans, std::string_view advice) {
  require(orphans.empty(), ErrorKind::usage,
          "layer groups: expected every parameter in one group, got none for ", join(orphans, ", "),
          "; ", advice);
}

struct Prefix {
  std::string text;
  std::size_t group;
  bool used = false;
};

std::vector<Prefix> flatten(const GroupPrefixes& groups) {
  std::vector<Prefix> all;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto& text : groups[g].second) {
      const auto same = std::find_if(all.begin(), all.end(),
                                     [&](const Prefix& prefix) { return prefix.text == text; });
      require(same == all.end(), ErrorKind::usage, "layer groups: expected each prefix once, got '",
              text, "' twice; remove one");
      all.push_back({.text = text, .group = g});
    }
  }
  return all;
}

Prefix* longest_match(std::vector<Prefix>& prefixes, const std::string& name) {
  Prefix* best = nullptr;
  for (auto& prefix : prefixes) {
    if (name.starts_with(prefix.text) && (!best || prefix.text.size() > best->text.size())) {
      best = &prefix;
    }
  }
  return best;
}

void require_sound_names(const std::vector<LayerGroup>& groups) {
  std::set<std::string> names;
  for (const auto& group : groups) {
    require(names.insert(group.name).second, ErrorKind::usage,
            "layer groups: expected distinct names, got '", group.name, "' twice; rename one");
    require(!group.parameters.empty(), ErrorKind::usage, "layer group '", group.name,
            "': expected parameters, got none; leave the group out");
  }
}

}  // namespace

std::vector<LayerGroup> single_group(const torch::nn::Module& module) {
  return {{.name = "all", .parameters = distinct_names(module)}};
}

std::vector<LayerGroup> split_by_children(const torch::nn::Module& module) {
  std::vector<LayerGroup> groups;
  for (const auto& child : module.named_children()) {
    groups.push_back({.name = child.key(), .parameters = {}});
  }
  std::vector<std::string> orphans;
  for (auto& name : distinct_names(module)) {
    // Registered names hold no dot, so the first one ends the child's name.
    const auto child = name.substr(0, name.find('.'));
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const LayerGroup& candidate) {
      return candidate.name == child && child != name;
    });
    (group == groups.end() ? orphans : group->parameters).push_back(std::move(name));
  }
  require_no_orphans(orphans, "use split_by_prefix for parameters outside of child modules");
  std::erase_if(groups, [](const LayerGroup& group) { return group.parameters.empty(); });
  return groups;
}

std::vector<LayerGroup> split_by_prefix(const torch::nn::Module& module,
                                        const GroupPrefixes& prefixes) {
  auto all = flatten(prefixes);
  std::vector<LayerGroup> groups;
  for (const auto& [name, unused] : prefixes) {
    groups.push_back({.name = name, .parameters = {}});
  }
  const auto names = distinct_names(module);
  std::vector<std::string> orphans;
  for (const auto& name : names) {
    if (auto* prefix = longest_match(all, name)) {
      prefix->used = true;
      groups[prefix->group].parameters.push_back(name);
    } else {
      orphans.push_back(name);
    }
  }
  for (const auto& prefix : all) {
    require(prefix.used, ErrorKind::usage, "layer group '", groups[prefix.group].name,
            "': expected a prefix of a parameter's name, got '", prefix.text,
            "', which takes none of ", join(names, ", "));
  }
  require_no_orphans(orphans, "add a prefix that fits, or \"\" for the rest");
  require_sound_names(groups);
  return groups;
}

GroupPrefixes parse_groups(std::string_view text) {
  GroupPrefixes groups;
  for (const auto& piece : split(text, ';')) {
    const auto equals = piece.find('=');
    const auto name = trim(std::string_view(piece).substr(0, equals));
    require(equals != std::string::npos && !name.empty(), ErrorKind::usage,
            "layer groups: expected names and prefixes such as body=conv,bn;head=fc, got '", piece,
            "'");
    std::vector<std::string> prefixes;
    for (const auto& prefix : split(std::string_view(piece).substr(equals + 1), ',')) {
      prefixes.emplace_back(trim(prefix));
    }
    groups.emplace_back(name, std::move(prefixes));
  }
  return groups;
}

std::vector<std::vector<torch::Tensor>> group_parameters(const Model& model) {
  require_sound_names(model.groups);
  std::unordered_map<std::string, torch::Tensor> by_name;
  for (const auto& item : model.module->named_parameters()) {
    by_name.emplace(item.key(), item.value());
  }
  std::unordered_map<const void*, const LayerGroup*> owner;
  std::vector<std::vector<torch::Tensor>> tensors;
  for (const auto& group : model.groups) {
    auto& members = tensors.emplace_back();
    for (const auto& name : group.parameters) {
      const auto found = by_name.find(name);
      require(found != by_name.end(), ErrorKind::usage, "layer group '", group.name,
              "': expected the name of a parameter of ", model.name, ", got '", name,
              "'; take names from named_parameters()");
      const auto [other, first] = owner.emplace(found->second.unsafeGetTensorImpl(), &group);
      require(first, ErrorKind::usage, "layer groups: expected every parameter in one group, got ",
              name, " in '", other->second->name, "' and '", group.name, "'; remove it from one");
      members.push_back(found->second);
    }
  }
  std::vector<std::string> orphans;
  for (const auto& parameter : distinct_parameters(*model.module)) {
    if (!owner.contains(parameter.tensor.unsafeGetTensorImpl())) {
      orphans.push_back(parameter.name);
    }
  }
  require_no_orphans(orphans, "add them to a group");
  return tensors;
}

void check_groups(const Model& model) { static_cast<void>(group_parameters(model)); }

}  // namespace onecycle
