#include "onecycle/report/live_line.h"

#include <algorithm>
#include <cmath>

#include "onecycle/core/text.h"
#include "onecycle/report/table.h"

namespace onecycle {
namespace {

std::string repeated(const std::string& piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) {
    out += piece;
  }
  return out;
}

std::string bar(double part, int width, const Terminal& terminal) {
  const int filled = std::clamp(static_cast<int>(std::lround(part * width)), 0, width);
  const std::string done = repeated(terminal.unicode ? "\u2501" : "#", filled);
  const std::string left = repeated(terminal.unicode ? "\u2500" : ".", width - filled);
  return terminal.colour ? cat("\x1b[36m", done, "\x1b[90m", left, "\x1b[0m") : done + left;
}

/// As many of `pieces` as fit into `width`, two blanks apart, from the first on.
std::string fitted(const std::vector<std::string>& pieces, std::size_t width) {
  std::string out;
  for (const auto& piece : pieces) {
    if (out.empty() ? display_width(piece) > width
                    : display_width(out) + 2 + display_width(piece) > width) {
      break;
    }
    out += out.empty() ? piece : "  " + piece;
  }
  return out;
}

}  // namespace

std::string time_left(double seconds) {
  return seconds < 59.5 ? cat(std::llround(seconds), " s left")
                        : format_duration(seconds) + " left";
}

std::string live_line(const std::string& head, double part, const std::vector<std::string>& pieces,
                      const Terminal& terminal) {
  constexpr std::size_t kNarrowestBar = 8;
  constexpr std::size_t kWidestBar = 32;
  // One place stays free: a full line would wrap in some terminals.
  const auto width = static_cast<std::size_t>(std::max(terminal.columns - 1, 1));
  const std::string tail = fitted(pieces, width - std::min(width, display_width(head) + 2));
  const std::size_t taken = display_width(head) + display_width(tail) + 4;
  if (taken + kNarrowestBar > width) {
    return fitted({head, tail}, width);
  }
  const auto bar_width = static_cast<int>(std::min(width - taken, kWidestBar));
  return cat(head, "  ", bar(part, bar_width, terminal), "  ", tail);
}

}  // namespace onecycle
