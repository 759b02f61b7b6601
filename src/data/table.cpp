#include "onecycle/data/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <set>

#include "onecycle/core/csv.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

constexpr std::size_t kMostClasses = 20;  // that whole numbers are taken to stand for

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_missing(std::string_view value) {
  constexpr std::array<std::string_view, 6> kMissing{"", "na", "n/a", "nan", "null", "?"};
  return value.size() <= 4 &&
         std::find(kMissing.begin(), kMissing.end(), lower(value)) != kMissing.end();
}

/// A table as it is read, with the target still as text.
struct RawTable {
  std::string source;
  std::string target;
  std::vector<std::string> features{};
  std::vector<double> values{};        // [rows, features]
  std::vector<std::string> targets{};  // [rows]
  std::vector<std::int64_t> lines{};   // of the rows
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

double parse_feature(const CsvReader& reader, std::size_t column) {
  const std::string_view text = reader.fields()[column];
  const std::optional<double> value = parse_number(text);
  if (value && std::isfinite(*value)) [[likely]] {
    return *value;
  }
  const std::string where =
      cat(reader.source(), ":", reader.line(), ": column '", reader.columns()[column], "'");
  require(!is_missing(trim(text)), ErrorKind::data, where,
          ": expected a number, got a missing value; fill it in or leave the row out");
  require(!value, ErrorKind::data, where, ": expected a finite number, got ", text,
          "; leave the row out");
  fail(ErrorKind::data, where, ": expected a number, got '", text,
       "'; leave the column out or turn it into numbers");
}

RawTable read_raw(std::string_view text, const std::string& source, const std::string& name) {
  CsvReader reader(text, source);
  const std::size_t target = find_target(reader, name);
  RawTable table{.source = source, .target = reader.columns()[target]};
  for (std::size_t i = 0; i < reader.columns().size(); ++i) {
    require(!reader.columns()[i].empty(), ErrorKind::data, source,
            ":1: expected a name for every column, got none for column ", i + 1,
            "; name it, or leave it out if it only counts the rows");
    if (i != target) {
      table.features.push_back(reader.columns()[i]);
    }
  }
  require(!table.features.empty(), ErrorKind::data, source,
          ": expected a target and at least one other column, got '", table.target, "' alone");
  while (reader.next()) {
    const std::string_view value = trim(reader.fields()[target]);
    require(!is_missing(value), ErrorKind::data, source, ":", reader.line(), ": column '",
            table.target,
            "': expected a target, got a missing value; fill it in or leave the row out");
    table.targets.emplace_back(value);
    table.lines.push_back(reader.line());
    for (std::size_t i = 0; i < reader.columns().size(); ++i) {
      if (i != target) {
        table.values.push_back(parse_feature(reader, i));
      }
    }
  }
  require(!table.targets.empty(), ErrorKind::data, source,
          ": expected rows under the column names, got none");
  return table;
}

/// The targets as numbers, or nothing if one of them is not.
std::optional<std::vector<double>> as_numbers(const std::vector<std::string>& texts) {
  std::vector<double> numbers;
  for (const auto& text : texts) {
    const auto number = parse_number(text);
    if (!number || !std::isfinite(*number)) {
      return std::nullopt;
    }
    numbers.push_back(*number);
  }
  return numbers;
}

TaskKind guess_task(const std::vector<double>& numbers) {
  std::set<double> distinct;
  for (const double number : numbers) {
    distinct.insert(number);
    if (number != std::floor(number) || distinct.size() > kMostClasses) {
      return TaskKind::regression;
    }
  }
  return distinct.size() == 1 || 2 * distinct.size() <= numbers.size() ? TaskKind::classification
                                                                       : TaskKind::regression;
}

/// Class index of each target; fills in the names of the classes. `Key`: what classes are told
/// apart and ordered by.
template <class Key, class Name>
torch::Tensor number_classes(const std::vector<Key>& keys, Name name,
                             std::vector<std::string>& names) {
  std::map<Key, std::int64_t> indices;
  for (const Key& key : keys) {
    indices.emplace(key, 0);
  }
  for (auto& [key, index] : indices) {
    index = static_cast<std::int64_t>(names.size());
    names.push_back(name(key));
  }
  std::vector<std::int64_t> targets;
  targets.reserve(keys.size());
  for (const Key& key : keys) {
    targets.push_back(indices.at(key));
  }
  return torch::tensor(targets, torch::kLong);
}

torch::Tensor class_targets(const RawTable& table,
                            const std::optional<std::vector<double>>& numbers,
                            std::vector<std::string>& classes) {
  const torch::Tensor targets =
      numbers ? number_classes(
                    *numbers, [](double x) { return format_number(x); }, classes)
              : number_classes(
                    table.targets, [](const std::string& x) { return x; }, classes);
  require(classes.size() >= 2, ErrorKind::data, table.source, ": target '", table.target,
          "': expected at least two classes, got '", classes.front(),
          "' in every row; name another column");
  require(classes.size() < table.targets.size(), ErrorKind::data, table.source, ": target '",
          table.target, "': expected classes of several examples each, got ", classes.size(),
          " classes in ", table.targets.size(), " rows; name another column");
  return targets;
}

torch::Tensor number_targets(const RawTable& table,
                             const std::optional<std::vector<double>>& numbers) {
  if (!numbers) {
    for (std::size_t i = 0; i < table.targets.size(); ++i) {
      require(as_numbers({table.targets[i]}).has_value(), ErrorKind::data, table.source, ":",
              table.lines[i], ": column '", table.target,
              "': expected a finite number as the target of a regression, got '", table.targets[i],
              "'");
    }
  }
  const auto [least, most] = std::minmax_element(numbers->begin(), numbers->end());
  require(*least < *most, ErrorKind::data, table.source, ": target '", table.target,
          "': expected values that differ, got ", *least, " in every row; name another column");
  return torch::tensor(*numbers, torch::kDouble);
}

std::vector<Fact> describe(const Task& task, std::size_t rows) {
  std::vector<Fact> facts{{"examples", cat(rows)},
                          {"features", cat(task.features.size())},
                          {"target", task.target},
                          {"task", to_string(task.kind)}};
  if (task.kind == TaskKind::classification) {
    facts.push_back({"classes", cat(task.classes.size())});
  }
  return facts;
}

}  // namespace

LoadedData parse_table(std::string_view text, const std::string& source,
                       const TableOptions& options) {
  const RawTable table = read_raw(text, source, options.target);
  const auto numbers = as_numbers(table.targets);
  Task task{
      .kind = options.task.value_or(numbers ? guess_task(*numbers) : TaskKind::classification),
      .target = table.target,
      .classes = {},
      .input_shape = {static_cast<std::int64_t>(table.features.size())},
      .features = table.features};
  const auto rows = static_cast<std::int64_t>(table.targets.size());
  const torch::Tensor targets = task.kind == TaskKind::classification
                                    ? class_targets(table, numbers, task.classes)
                                    : number_targets(table, numbers);
  const torch::Tensor inputs =
      torch::tensor(table.values, torch::kDouble).view({rows, task.input_shape.front()});
  std::vector<Fact> facts = describe(task, table.targets.size());
  return {.name = std::filesystem::path(source).stem().native(),
          .examples = std::make_shared<TensorDataset>(inputs, targets),
          .targets = targets,
          .task = std::move(task),
          .facts = std::move(facts)};
}

LoadedData read_table(const std::filesystem::path& path, const TableOptions& options) {
  return parse_table(read_file(path), path.native(), options);
}

}  // namespace onecycle
