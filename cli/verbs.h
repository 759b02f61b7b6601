// The verbs of the program: each takes its arguments and returns an exit code, or throws.
#pragma once

#include <string_view>
#include <vector>

#include "command_line.h"

namespace onecycle::cli {

int run_find(const Arguments& arguments);
int run_fit(const Arguments& arguments);
int run_explain(const Arguments& arguments);
int run_resume(const Arguments& arguments);
int run_compare(const Arguments& arguments);
int run_report(const Arguments& arguments);
int run_plot(const Arguments& arguments);
int run_schedule(const Arguments& arguments);
int run_suggest(const Arguments& arguments);
int run_policies(const Arguments& arguments);
int run_data(const Arguments& arguments);

}  // namespace onecycle::cli
