// Runs gnuplot on a script, and writes the script that draws plots.
#pragma once

#include <string>
#include <vector>

#include "onecycle/report/plot.h"

namespace onecycle {

/// The commands that draw `plots` below one another once a terminal is set.
std::string gnuplot_script(const std::vector<Plot>& plots);

/// What gnuplot prints when fed with `script`. No shell is involved and no start-up file is read.
std::string run_gnuplot(const std::string& script);

}  // namespace onecycle
