#include "onecycle/train/decay_exclusion.h"

#include <algorithm>

#include "onecycle/core/error.h"
#include "onecycle/core/text.h"

namespace onecycle {
namespace {

constexpr std::string_view kSmall = "bias_norm";
constexpr std::string_view kNone = "none";

/// Whether `name` fits `pattern`. Where a letter does not fit, the last `*` takes one more.
bool fits(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

void require_patterns_fit(const Model& model, const DecayExclusion& exclusion) {
  std::vector<std::string> names;
  for (const LayerGroup& group : model.groups) {
    names.insert(names.end(), group.parameters.begin(), group.parameters.end());
  }
  for (const std::string& pattern : exclusion.patterns) {
    const bool any = std::any_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return fits(pattern, name); });
    require(any, ErrorKind::usage,
            "decay exclusion: expected patterns that fit a parameter's name, got '", pattern,
            "', which fits none of ", join(names, ", "));
  }
}

}  // namespace

DecayExclusion DecayExclusion::parse(std::string_view text, std::string_view what) {
  DecayExclusion read{.small = false};
  if (trim(text) == kNone) {
    return read;
  }
  for (const std::string& piece : split(text, ',')) {
    const std::string_view item = trim(piece);
    require(!item.empty() && item != kNone, ErrorKind::usage, what, ": expected ", kSmall, ", ",
            kNone, ", or names of parameters with commas between them, as in ", kSmall,
            ",*.embedding.weight, got '", text, "'");
    if (item == kSmall) {
      read.small = true;
    } else {
      read.patterns.emplace_back(item);
    }
  }
  return read;
}

std::string DecayExclusion::text() const {
  std::vector<std::string> items = patterns;
  if (small) {
    items.insert(items.begin(), std::string(kSmall));
  }
  return items.empty() ? std::string(kNone) : join(items, ",");
}

std::vector<std::vector<bool>> decaying_parameters(const Model& model,
                                                   const DecayExclusion& exclusion) {
  const auto parameters = group_parameters(model);
  require_patterns_fit(model, exclusion);
  std::vector<std::vector<bool>> decays;
  for (std::size_t g = 0; g < parameters.size(); ++g) {
    auto& group = decays.emplace_back();
    for (std::size_t i = 0; i < parameters[g].size(); ++i) {
      const std::string& name = model.groups[g].parameters[i];
      const bool named =
          std::any_of(exclusion.patterns.begin(), exclusion.patterns.end(),
                      [&](const std::string& pattern) { return fits(pattern, name); });
      const bool small = exclusion.small && parameters[g][i].dim() < 2;
      group.push_back(!(named || small));
    }
  }
  return decays;
}

}  // namespace onecycle
