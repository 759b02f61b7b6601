// A picture made of characters: eight dots in each, as Braille has them, or two in plain ASCII.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "onecycle/report/terminal.h"

namespace onecycle {

/// Dots are counted from the upper left corner, 2 a column and 4 a row; those outside are ignored.
/// Faint dots show only where no others are. Colours are ANSI codes (`36`, `91`); 0 is none.
class Canvas {
 public:
  static constexpr int kDotsPerRow = 4;

  Canvas(int columns, int rows);

  [[nodiscard]] int width() const { return 2 * columns_; }
  [[nodiscard]] int height() const { return kDotsPerRow * rows_; }

  void faint_dot(int x, int y);
  void dot(int x, int y, int colour);
  void line(double x0, double y0, double x1, double y1, int colour);
  /// One character over all dots at (`x`, `y`).
  void put(int x, int y, const std::string& character, int colour);
  /// Whether `put` was called there.
  [[nodiscard]] bool has_character(int x, int y) const;

  /// The characters of one row, coloured if `terminal` can, without the blanks at its end.
  [[nodiscard]] std::string row(int number, const Terminal& terminal) const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    std::uint8_t faint = 0;
    int colour = 0;
    std::string character;
  };
  [[nodiscard]] std::size_t index(int row, int column) const;
  Cell* cell_at(int x, int y);
  [[nodiscard]] bool contains(int x, int y) const;

  int columns_;
  int rows_;
  std::vector<Cell> cells_;
};

/// `text` in an ANSI colour, if `terminal` has colours and `colour` is not 0.
std::string coloured(const std::string& text, int colour, const Terminal& terminal);

}  // namespace onecycle
