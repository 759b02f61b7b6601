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

/// Makes what `outline` describes. Throws a usage error that begins with `source` and the place of
/// what cannot be made.
Schedule make_schedule(const Outline& outline, std::string_view source);

/// Reads a schedule from one line:
///
///     one_cycle
///     one_cycle(convention=torch, pct_start=0.3)
///     warmup(5%) then cosine
///     constant for 100 then exponential(end=0.001)
///     warmup(5%) over cosine
///     one_cycle * linear(end=0.5)
///     cosine with momentum=linear(start=0.95, end=0.85)
///
/// `A for 5%`, short `A(5%)`, is A over a share of the run or a number of iterations; parts without
/// a length divide the rest. Compositions bind in this order: `*` (product), `&` (chain), `for`,
/// `over`, `then` (sequence), `with`; parentheses group. It is what `Schedule::text` writes. Text
/// that begins with `{` is read as JSON (schedule/json.h). Throws a usage error that names the
/// column.
Schedule parse_schedule(std::string_view text);

}  // namespace onecycle
