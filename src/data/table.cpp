#include "onecycle/data/table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "data/table_columns.h"
#include "onecycle/core/error.h"
#include "onecycle/core/files.h"

namespace onecycle {
namespace {

constexpr std::size_t kMostClasses = 20;  // that whole numbers are taken to stand for

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

torch::Tensor class_targets(const TableColumns& table,
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

torch::Tensor number_targets(const TableColumns& table,
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

std::vector<Fact> describe(const Task& task, const TableColumns& table) {
  std::vector<Fact> facts{{"examples", cat(table.targets.size())},
                          {"features", cat(task.features.size())}};
  if (!table.categorical.empty()) {
    facts.push_back(
        {"categories", cat("one feature for each value of ", join(table.categorical, ", "))});
  }
  if (table.missing > 0) {
    facts.push_back({"missing values", cat(table.missing,
                                           ", each marked in a feature of its own; "
                                           "numbers are filled in with the column's median")});
  }
  facts.insert(facts.end(), {{"target", task.target}, {"task", to_string(task.kind)}});
  if (task.kind == TaskKind::classification) {
    facts.push_back({"classes", cat(task.classes.size())});
  }
  return facts;
}

}  // namespace

LoadedData parse_table(std::string_view text, const std::string& source,
                       const TableOptions& options) {
  const TableColumns table = read_columns(text, source, options.target);
  const auto numbers = as_numbers(table.targets);
  Task task{
      .kind = options.task.value_or(numbers ? guess_task(*numbers) : TaskKind::classification),
      .target = table.target,
      .classes = {},
      .input_shape = {static_cast<std::int64_t>(table.features.size())},
      .features = table.features,
      .fills = table.fills};
  const auto rows = static_cast<std::int64_t>(table.targets.size());
  const torch::Tensor targets = task.kind == TaskKind::classification
                                    ? class_targets(table, numbers, task.classes)
                                    : number_targets(table, numbers);
  const torch::Tensor inputs =
      torch::tensor(table.values, torch::kDouble).view({rows, task.input_shape.front()});
  std::vector<Fact> facts = describe(task, table);
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
