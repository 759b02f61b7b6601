#include "report/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "onecycle/core/text.h"

namespace onecycle {
namespace {

constexpr int kFaintColour = 90;

std::uint8_t bit_of(int x, int y) {
  constexpr std::array<std::array<std::uint8_t, 2>, 4> kBits = {
      {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
  return kBits[static_cast<std::size_t>(y % 4)][static_cast<std::size_t>(x % 2)];
}

std::string braille(std::uint8_t dots) {
  const auto second = static_cast<char>(0xA0 | (dots >> 6));
  const auto third = static_cast<char>(0x80 | (dots & 0x3F));
  return {static_cast<char>(0xE2), second, third};
}

std::string_view ascii(std::uint8_t dots) {
  constexpr int kUpper = 0x01 | 0x08 | 0x02 | 0x10;
  const bool upper = (dots & kUpper) != 0;
  const bool lower = (dots & ~kUpper) != 0;
  return upper && lower ? ":" : upper ? "'" : ".";
}

}  // namespace

Canvas::Canvas(int columns, int rows)
    : columns_(columns),
      rows_(rows),
      cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

std::size_t Canvas::index(int row, int column) const {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
         static_cast<std::size_t>(column);
}

bool Canvas::contains(int x, int y) const {
  return x >= 0 && y >= 0 && x < width() && y < height();
}

Canvas::Cell* Canvas::cell_at(int x, int y) {
  return contains(x, y) ? &cells_[index(y / kDotsPerRow, x / 2)] : nullptr;
}

bool Canvas::has_character(int x, int y) const {
  return contains(x, y) && !cells_[index(y / kDotsPerRow, x / 2)].character.empty();
}

void Canvas::faint_dot(int x, int y) {
  if (Cell* cell = cell_at(x, y)) {
    cell->faint |= bit_of(x, y);
  }
}

void Canvas::dot(int x, int y, int colour) {
  if (Cell* cell = cell_at(x, y)) {
    cell->dots |= bit_of(x, y);
    cell->colour = colour;
  }
}

void Canvas::line(double x0, double y0, double x1, double y1, int colour) {
  // What leaves the picture need not be followed far.
  const double far = height();
  y0 = std::clamp(y0, -far, 2 * far);
  y1 = std::clamp(y1, -far, 2 * far);
  const int steps =
      std::max(1, static_cast<int>(std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0)))));
  for (int i = 0; i <= steps; ++i) {
    const double part = static_cast<double>(i) / steps;
    dot(static_cast<int>(std::lround(x0 + part * (x1 - x0))),
        static_cast<int>(std::lround(y0 + part * (y1 - y0))), colour);
  }
}

void Canvas::put(int x, int y, const std::string& character, int colour) {
  if (Cell* cell = cell_at(x, y)) {
    cell->character = character;
    cell->colour = colour;
  }
}

std::string Canvas::row(int number, const Terminal& terminal) const {
  std::string out;
  std::string piece;  // neighbours of one colour
  int piece_colour = 0;
  std::string blanks;
  for (int column = 0; column < columns_; ++column) {
    const Cell& cell = cells_[index(number, column)];
    const bool faint = cell.dots == 0 && cell.character.empty();
    const std::uint8_t dots = faint ? cell.faint : cell.dots;
    if (dots == 0 && cell.character.empty()) {
      blanks += ' ';
      continue;
    }
    const int colour = faint ? kFaintColour : cell.colour;
    if (colour != piece_colour) {
      out += coloured(piece, piece_colour, terminal);
      piece.clear();
      piece_colour = colour;
    }
    piece += blanks;
    if (!cell.character.empty()) {
      piece += cell.character;
    } else if (terminal.unicode) {
      piece += braille(dots);
    } else {
      piece += ascii(dots);
    }
    blanks.clear();
  }
  return out + coloured(piece, piece_colour, terminal);
}

std::string coloured(const std::string& text, int colour, const Terminal& terminal) {
  return terminal.colour && colour != 0 && !text.empty()
             ? cat("\x1b[", colour, "m", text, "\x1b[0m")
             : text;
}

}  // namespace onecycle
