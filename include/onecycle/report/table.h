// Aligned tables of text for a terminal, and the one way in which numbers stand in columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

/// A table of text. Rows may be shorter than the header: missing cells are empty.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

struct TableLayout {
  int columns = 80;     ///< width to keep; the last column is wrapped between words to fit
  bool colour = false;  ///< the header in bold
};

/// `TableLayout::columns` where nothing is to be wrapped.
inline constexpr int kUnwrapped = 1'000'000;

/// The table as lines of text. Numeric columns (see `numeric_columns`) are aligned to
/// the right, others to the left. No line ends in blanks. A table whose other columns leave the
/// last one less than 20 places is wider than asked rather than unreadable.
std::string format_table(const Table& table, const TableLayout& options = {});

/// For each column whether it holds only numbers, counts, durations, `-` and nothing.
std::vector<bool> numeric_columns(const Table& table);

/// A measured number at a fixed precision, so that columns line up: `0.0831`, `12.5000`;
/// very large and very small ones as `1.23e-07`; `nan`, `inf`.
std::string format_cell(double value);

/// A count with its thousands apart: `1,234,567`.
std::string format_count(long long value);

/// `text` in lines of at most `width` places, broken between words; a longer word is a line of its
/// own.
std::vector<std::string> wrap_words(const std::string& text, std::size_t width);

/// How many places `text` (UTF-8) takes in a terminal: one for each code point.
std::size_t display_width(std::string_view text);

}  // namespace onecycle
