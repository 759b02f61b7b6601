// Lists of iterations and of names, as compositions put them together from those of their parts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// Adds the iterations of a part that begins at `start`, as far as they lie in (0, total] and
/// behind those that are there.
inline void append(Iterations& all, const Iterations& own, std::int64_t start, std::int64_t total) {
  for (const std::int64_t t : own) {
    const std::int64_t here = start + t;
    if (here > 0 && here <= total && (all.empty() || here > all.back())) {
      all.push_back(here);
    }
  }
}

/// The iterations of both lists.
inline Iterations merged(const Iterations& a, const Iterations& b) {
  Iterations all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

/// Adds the names that are not there yet.
inline void merge(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
}

}  // namespace onecycle
