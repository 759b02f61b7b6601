// One plot as lines of text.
#pragma once

#include <string>

#include "onecycle/report/plot.h"
#include "onecycle/report/terminal.h"

namespace onecycle {

/// `plot` as wide as `terminal`, its curves `rows` lines high, title, axis and legend around them.
std::string text_plot(const Plot& plot, const Terminal& terminal, int rows);

}  // namespace onecycle
