#include <algorithm>

#include "onecycle/finder/suggest.h"

namespace onecycle {
namespace {

Agreement& entry_of(std::vector<Agreement>& all, const std::string& rule) {
  const auto known =
      std::find_if(all.begin(), all.end(), [&](const Agreement& a) { return a.rule == rule; });
  return known != all.end() ? *known : all.emplace_back(Agreement{.rule = rule});
}

}  // namespace

std::vector<Agreement> agree(const std::vector<std::vector<Suggestion>>& runs) {
  std::vector<Agreement> all;
  for (const auto& run : runs) {
    for (const Suggestion& suggestion : run) {
      ++entry_of(all, suggestion.rule).asked;
    }
  }
  for (Agreement& entry : all) {
    std::vector<double> rates;
    for (const auto& run : runs) {
      for (const Suggestion& suggestion : run) {
        if (suggestion.rule == entry.rule && suggestion.lr) {
          rates.push_back(*suggestion.lr);
        }
      }
    }
    entry.answered = rates.size();
    if (!rates.empty()) {
      std::sort(rates.begin(), rates.end());
      entry.lr = rates[(rates.size() - 1) / 2];
      entry.spread = rates.back() / rates.front();
    }
  }
  return all;
}

}  // namespace onecycle
