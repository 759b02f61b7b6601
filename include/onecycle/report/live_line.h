// The line of a terminal that is drawn again and again while something runs.
#pragma once

#include <string>
#include <vector>

#include "onecycle/report/terminal.h"

namespace onecycle {

/// What erases the line on which the cursor is.
inline constexpr const char* kEraseLine = "\r\x1b[K";

/// `head`, a bar filled to `part` (0 to 1) if there is room for one, then as many of `pieces` as
/// fit into the terminal, the first ones first.
std::string live_line(const std::string& head, double part, const std::vector<std::string>& pieces,
                      const Terminal& terminal);

/// `42 s left`, `3:07 left`.
std::string time_left(double seconds);

}  // namespace onecycle
