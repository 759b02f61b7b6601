#include "data/table_columns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

constexpr std::size_t kMostCategories = 100;  // of one column
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kNoCategory = -1;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Where a value stands, for messages; line 0: nowhere.
struct OddValue {
  std::int64_t line = 0;
  std::string text{};

  void note(std::int64_t at, std::string_view value) {
    if (line == 0) {
      line = at;
      text = value;
    }
  }
};

/// A column that is not the target.
struct RawColumn {
  std::size_t field = 0;
  std::string name;
  std::vector<double> numbers{};           // [rows]; NaN where there is none
  std::vector<std::int64_t> categories{};  // [rows], if it has texts
  std::vector<std::string> names{};        // of the categories
  std::int64_t missing = 0;
  OddValue first_text{};
  OddValue first_infinite{};

  [[nodiscard]] bool has_texts() const { return first_text.line > 0; }
};

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
std::vector<RawColumn> read_numbers(CsvReader reader, std::size_t target, TableColumns& table) {
  std::vector<RawColumn> columns = list_columns(reader, target);
  while (reader.next()) {
    const std::string_view value = trim(reader.fields()[target]);
    require(!is_missing(value), ErrorKind::data, table.source, ":", reader.line(), ": column '",
            table.target,
            "': expected a target, got a missing value; fill it in or leave the row out");
    table.targets.emplace_back(value);
    table.lines.push_back(reader.line());
    for (auto& column : columns) {
      add_number(column, reader.fields()[column.field], reader.line());
    }
  }
  require(!table.targets.empty(), ErrorKind::data, table.source,
          ": expected rows under the column names, got none");
  return columns;
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

double median(std::vector<double> numbers) {
  std::erase_if(numbers, [](double x) { return std::isnan(x); });
  const auto upper = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), upper, numbers.end());
  if (numbers.size() % 2 == 1) {
    return *upper;
  }
  const double lower = *std::max_element(numbers.begin(), upper);
  return std::midpoint(lower, *upper);
}

/// A feature's name and its values.
struct Feature {
  std::string name;
  std::vector<double> values;
};

Feature missing_feature(const RawColumn& column) {
  Feature feature{.name = cat(column.name, "_missing"), .values = {}};
  feature.values.resize(column.numbers.size());
  for (std::size_t row = 0; row < feature.values.size(); ++row) {
    const bool missing = column.has_texts() ? column.categories[row] == kNoCategory
                                            : std::isnan(column.numbers[row]);
    feature.values[row] = missing ? 1.0 : 0.0;
  }
  return feature;
}

/// What becomes of a column.
std::vector<Feature> features_of(RawColumn column, std::map<std::string, double>& fills) {
  std::vector<Feature> features;
  if (column.missing > 0) {
    features.push_back(missing_feature(column));
  }
  if (!column.has_texts()) {
    if (column.missing > 0) {
      const double filling = median(column.numbers);
      fills[column.name] = filling;
      std::replace_if(
          column.numbers.begin(), column.numbers.end(), [](double x) { return std::isnan(x); },
          filling);
    }
    features.insert(features.begin(), {.name = column.name, .values = std::move(column.numbers)});
    return features;
  }
  std::vector<Feature> one_hot;
  for (const auto& name : column.names) {
    one_hot.push_back({.name = cat(column.name, "=", name),
                       .values = std::vector<double>(column.categories.size(), 0.0)});
  }
  for (std::size_t row = 0; row < column.categories.size(); ++row) {
    if (column.categories[row] != kNoCategory) {
      one_hot[static_cast<std::size_t>(column.categories[row])].values[row] = 1.0;
    }
  }
  features.insert(features.begin(), std::make_move_iterator(one_hot.begin()),
                  std::make_move_iterator(one_hot.end()));
  return features;
}

void check_column(const RawColumn& column, const TableColumns& table) {
  if (!column.has_texts()) {
    require(column.first_infinite.line == 0, ErrorKind::data, table.source, ":",
            column.first_infinite.line, ": column '", column.name,
            "': expected a finite number, got ", column.first_infinite.text, "; leave the row out");
  }
  require(column.missing < static_cast<std::int64_t>(table.targets.size()), ErrorKind::data,
          table.source, ": column '", column.name,
          "': expected values, got none in any row; leave the column out");
}

/// Puts the features side by side, row by row.
void assemble(const std::vector<Feature>& features, TableColumns& table) {
  std::set<std::string_view> names;
  table.values.resize(features.size() * table.targets.size());
  for (std::size_t i = 0; i < features.size(); ++i) {
    require(names.insert(features[i].name).second, ErrorKind::data, table.source,
            ": expected no column of the name '", features[i].name,
            "', which is made from another; rename it");
    table.features.push_back(features[i].name);
    for (std::size_t row = 0; row < table.targets.size(); ++row) {
      table.values[row * features.size() + i] = features[i].values[row];
    }
  }
}

}  // namespace

bool is_missing(std::string_view value) {
  constexpr std::array<std::string_view, 6> kMissing{"", "na", "n/a", "nan", "null", "?"};
  return value.size() <= 4 &&
         std::find(kMissing.begin(), kMissing.end(), lower(value)) != kMissing.end();
}

TableColumns read_columns(std::string_view text, const std::string& source,
                          const std::string& target) {
  const CsvReader reader(text, source);
  const std::size_t target_field = find_target(reader, target);
  TableColumns table{.source = source,
                     .target = reader.columns()[target_field],
                     .features = {},
                     .values = {},
                     .targets = {},
                     .lines = {},
                     .categorical = {},
                     .missing = 0,
                     .fills = {}};
  std::vector<RawColumn> columns = read_numbers(CsvReader(text, source), target_field, table);
  if (std::any_of(columns.begin(), columns.end(),
                  [](const RawColumn& column) { return column.has_texts(); })) {
    read_categories(CsvReader(text, source), columns);
  }
  std::vector<Feature> features;
  for (auto& column : columns) {
    check_column(column, table);
    table.missing += column.missing;
    if (column.has_texts()) {
      table.categorical.push_back(column.name);
    }
    std::vector<Feature> made = features_of(std::move(column), table.fills);
    features.insert(features.end(), std::make_move_iterator(made.begin()),
                    std::make_move_iterator(made.end()));
  }
  assemble(features, table);
  return table;
}

}  // namespace onecycle
