#include "onecycle/report/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "onecycle/core/text.h"

namespace onecycle {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowestLastColumn = 20;

const std::string& cell(const std::vector<std::string>& row, std::size_t column) {
  static const std::string empty;
  return column < row.size() ? row[column] : empty;
}

bool is_numeric(std::string_view text) {
  if (text.empty() || text == "-" || parse_number(text)) {
    return true;
  }
  if (text.ends_with(" s")) {
    text.remove_suffix(2);
  }
  return text.find_first_not_of("0123456789+-.,:%e") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

struct Layout {
  std::vector<std::size_t> width;
  std::vector<bool> right;
};

Layout lay_out(const Table& table, std::size_t columns) {
  const std::size_t count = table.header.size();
  Layout layout{std::vector<std::size_t>(count), numeric_columns(table)};
  std::size_t taken = 0;
  for (std::size_t c = 0; c < count; ++c) {
    layout.width[c] = display_width(table.header[c]);
    for (const auto& row : table.rows) {
      layout.width[c] = std::max(layout.width[c], display_width(cell(row, c)));
    }
    taken += c + 1 < count ? layout.width[c] + kGap : 0;
  }
  if (count > 0 && !layout.right.back()) {
    const std::size_t left = columns > taken ? columns - taken : 0;
    layout.width.back() = std::min(layout.width.back(), std::max(left, kNarrowestLastColumn));
  }
  return layout;
}

void append_line(std::string& out, const std::vector<std::string>& row, const Layout& layout) {
  const std::size_t start = out.size();
  for (std::size_t c = 0; c < layout.width.size(); ++c) {
    const std::string& text = cell(row, c);
    const std::size_t width = display_width(text);
    const std::string padding(layout.width[c] > width ? layout.width[c] - width : 0, ' ');
    out += c == 0 ? "" : std::string(kGap, ' ');
    out += layout.right[c] ? padding + text : text + padding;
  }
  out.erase(std::max(start, out.find_last_not_of(' ') + 1));
}

}  // namespace

std::string format_table(const Table& table, const TableLayout& options) {
  if (table.header.empty()) {
    return {};
  }
  const Layout layout = lay_out(table, static_cast<std::size_t>(std::max(options.columns, 1)));
  std::string out = options.colour ? "\x1b[1m" : "";
  append_line(out, table.header, layout);
  out += options.colour ? "\x1b[0m\n" : "\n";
  for (const auto& row : table.rows) {
    const std::size_t last = layout.width.size() - 1;
    std::vector<std::string> first = row;
    const auto lines = wrap_words(cell(row, last), layout.width[last]);
    if (last < first.size()) {
      first[last] = lines.front();
    }
    append_line(out, first, layout);
    out += '\n';
    for (std::size_t i = 1; i < lines.size(); ++i) {
      std::vector<std::string> rest(layout.width.size());
      rest[last] = lines[i];
      append_line(out, rest, layout);
      out += '\n';
    }
  }
  return out;
}

std::vector<std::string> wrap_words(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) {
    return {text};
  }
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (display_width(line) + 1 + display_width(word) <= width) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::vector<bool> numeric_columns(const Table& table) {
  std::vector<bool> numeric(table.header.size(), !table.rows.empty());
  for (std::size_t c = 0; c < numeric.size(); ++c) {
    for (const auto& row : table.rows) {
      numeric[c] = numeric[c] && is_numeric(cell(row, c));
    }
  }
  return numeric;
}

std::string format_cell(double value) {
  if (!std::isfinite(value)) {
    return format_number(value);
  }
  const double size = std::abs(value);
  const bool plain = size == 0.0 || (size >= 1e-3 && size < 1e5);
  std::array<char, 48> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), plain ? "%.4f" : "%.2e", value);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string format_count(long long value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace onecycle
