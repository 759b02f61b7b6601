// All policies by name: to list them, to make one from text, to describe their options.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// What there is to know about one policy.
struct PolicyInfo {
  std::string name;
  std::string summary;
  std::string source;
  std::vector<FieldInfo> fields;
  /// Makes it; options not given keep their defaults. Throws a usage error for an unknown option
  /// (the nearest is named) or a value that the option does not accept.
  std::function<Schedule(const std::vector<Setting>&)> make;
};

/// Every policy, in the order in which help and documents show them.
const std::vector<PolicyInfo>& policies();

/// The policy called `name`. Throws a usage error that names the nearest if there is none.
const PolicyInfo& find_policy(std::string_view name);

/// Reads a schedule from one line:
///
///     one_cycle
///     one_cycle(convention=torch, pct_start=0.3)
///     linear(start=0.01, end=1) for 5% then cosine
///     constant for 100 then exponential(end=0.001)
///     one_cycle * linear(end=0.5)
///
/// `for` takes a percentage of the run or a number of iterations; parts without it divide the
/// rest. `*` multiplies rates and binds more tightly than `then`; parentheses group. It is what
/// `Schedule::text` writes. Throws a usage error that names the column.
Schedule parse_schedule(std::string_view text);

}  // namespace onecycle
