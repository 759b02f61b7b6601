#include "data/raw_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr std::size_t kMostCategories = 100;  // of one column
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::size_t find_target(const CsvReader& reader, const std::string& name) {
  const auto& columns = reader.columns();
  if (!name.empty()) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    require(found != columns.end(), ErrorKind::data, reader.source(),
            ": expected a target column '", name, "', got none", suggest_name(name, columns));
    return static_cast<std::size_t>(found - columns.begin());
  }
  std::vector<std::size_t> named;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string column = lower(columns[i]);
    if (column == "target" || column == "label" || column == "class" || column == "y") {
      named.push_back(i);
    }
  }
  return named.size() == 1 ? named.front() : columns.size() - 1;
}

std::vector<RawColumn> list_columns(const CsvReader& reader, std::size_t target) {
  std::vector<RawColumn> columns;
  for (std::size_t i = 0; i < reader.columns().size(); ++i) {
    require(!reader.columns()[i].empty(), ErrorKind::data, reader.source(),
            ":1: expected a name for every column, got none for column ", i + 1,
            "; name it, or leave it out if it only counts the rows");
    if (i != target) {
      columns.push_back({.field = i, .name = reader.columns()[i]});
    }
  }
  require(!columns.empty(), ErrorKind::data, reader.source(),
          ": expected a target and at least one other column, got '", reader.columns()[target],
          "' alone");
  return columns;
}

void add_number(RawColumn& column, std::string_view text, std::int64_t line) {
  const std::optional<double> value = parse_number(text);
  if (value && std::isfinite(*value)) [[likely]] {
    column.numbers.push_back(*value);
    return;
  }
  column.numbers.push_back(kNoNumber);
  const std::string_view trimmed = trim(text);
  if (is_missing(trimmed)) {
    ++column.missing;
  } else if (value) {
    column.first_infinite.note(line, trimmed);
  } else {
    column.first_text.note(line, trimmed);
  }
}

/// The rows' numbers and targets.
void read_number_columns(CsvReader reader, std::size_t target, RawTable& table) {
  while (reader.next()) {
    const std::string_view value = trim(reader.fields()[target]);
    require(!is_missing(value), ErrorKind::data, table.source, ":", reader.line(), ": column '",
            table.target,
            "': expected a target, got a missing value; fill it in or leave the row out");
    table.targets.emplace_back(value);
    table.lines.push_back(reader.line());
    for (auto& column : table.columns) {
      add_number(column, reader.fields()[column.field], reader.line());
    }
  }
  require(!table.targets.empty(), ErrorKind::data, table.source,
          ": expected rows under the column names, got none");
}

/// Numbers the categories in alphabetical order.
void sort_categories(RawColumn& column, const std::map<std::string, std::int64_t>& found) {
  std::vector<std::int64_t> places(found.size());
  for (const auto& [name, index] : found) {
    places[static_cast<std::size_t>(index)] = static_cast<std::int64_t>(column.names.size());
    column.names.push_back(name);
  }
  for (auto& category : column.categories) {
    category = category == kNoCategory ? category : places[static_cast<std::size_t>(category)];
  }
}

/// Goes through the table again for the columns with texts.
void read_categories(CsvReader reader, std::vector<RawColumn>& columns) {
  std::vector<std::map<std::string, std::int64_t>> found(columns.size());
  while (reader.next()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].has_texts()) {
        continue;
      }
      const std::string_view value = trim(reader.fields()[columns[i].field]);
      if (is_missing(value)) {
        columns[i].categories.push_back(kNoCategory);
        continue;
      }
      const auto next = static_cast<std::int64_t>(found[i].size());
      columns[i].categories.push_back(found[i].emplace(value, next).first->second);
      require(found[i].size() <= kMostCategories, ErrorKind::data, reader.source(), ":",
              columns[i].first_text.line, ": column '", columns[i].name,
              "': expected numbers, or at most ", kMostCategories, " different texts, got '",
              columns[i].first_text.text, "' and more; leave the column out");
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    sort_categories(columns[i], found[i]);
  }
}

/// A text among numbers is a slip of the hand rather than a category.
void require_no_slips(const RawTable& table) {
  const auto rows = static_cast<std::int64_t>(table.targets.size());
  for (const RawColumn& column : table.columns) {
    const auto numbers = std::count_if(column.numbers.begin(), column.numbers.end(),
                                       [](double x) { return !std::isnan(x); });
    require(!column.has_texts() || 2 * numbers <= rows - column.missing, ErrorKind::data,
            table.source, ":", column.first_text.line, ": column '", column.name,
            "': expected a number, as most rows have, got '", column.first_text.text,
            "'; mend it, or leave it empty if it is not known");
  }
}

}  // namespace

bool is_missing(std::string_view value) {
  constexpr std::array<std::string_view, 6> kMissing{"", "na", "n/a", "nan", "null", "?"};
  return value.size() <= 4 &&
         std::find(kMissing.begin(), kMissing.end(), lower(value)) != kMissing.end();
}

RawTable read_raw_table(std::string_view text, const std::string& source,
                        const std::string& target) {
  const CsvReader reader(text, source);
  const std::size_t target_field = find_target(reader, target);
  RawTable table{.source = source,
                 .target = reader.columns()[target_field],
                 .columns = list_columns(reader, target_field)};
  read_number_columns(reader, target_field, table);
  require_no_slips(table);
  if (std::any_of(table.columns.begin(), table.columns.end(),
                  [](const RawColumn& column) { return column.has_texts(); })) {
    read_categories(CsvReader(text, source), table.columns);
  }
  return table;
}

}  // namespace onecycle
