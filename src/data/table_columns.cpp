#include "data/table_columns.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

#include "data/raw_table.h"
#include "onecycle/core/error.h"

namespace onecycle {
namespace {

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
  one_hot.reserve(column.names.size());
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
  require(std::cmp_less(column.missing, table.targets.size()), ErrorKind::data, table.source,
          ": column '", column.name,
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

TableColumns read_columns(std::string_view text, const std::string& source,
                          const std::string& target) {
  RawTable raw = read_raw_table(text, source, target);
  TableColumns table{.source = std::move(raw.source),
                     .target = std::move(raw.target),
                     .features = {},
                     .values = {},
                     .targets = std::move(raw.targets),
                     .lines = std::move(raw.lines),
                     .categorical = {},
                     .missing = 0,
                     .fills = {}};
  std::vector<Feature> features;
  for (auto& column : raw.columns) {
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
