// The verbs of the program: each takes its arguments and returns an exit code, or throws.
#pragma once

#include <string_view>
#include <vector>

#include "command_line.h"

namespace onecycle::cli {

int run_find(const Arguments& arguments);
int run_fit(const Arguments& arguments);
int run_schedule(const Arguments& arguments);
int run_suggest(const Arguments& arguments);
int run_policies(const Arguments& arguments);
int run_data(const Arguments& arguments);

/// The rules in a list with commas; none, which means every one, for `all`. Throws a usage error
/// that names the nearest rule.
std::vector<std::string> parse_rules(const std::string& text);

}  // namespace onecycle::cli
