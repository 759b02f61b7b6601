// What a classifier gets wrong, as tables.

#include <algorithm>
#include <tuple>

#include "onecycle/core/text.h"
#include "onecycle/report/summary.h"

namespace onecycle {
namespace {

constexpr std::size_t kMostClasses = 20;

Table pairs_table(const PredictionsRecord& predictions) {
  using Pair = std::tuple<std::int64_t, std::size_t, std::size_t>;  // count, target, predicted
  const std::size_t classes = predictions.classes.size();
  std::vector<Pair> pairs;
  for (std::size_t target = 0; target < classes; ++target) {
    for (std::size_t predicted = 0; predicted < classes; ++predicted) {
      if (target != predicted && predictions.count(target, predicted) > 0) {
        pairs.emplace_back(-predictions.count(target, predicted), target, predicted);
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.resize(std::min(pairs.size(), kMostClasses));
  Table table{{"class", "taken for", "times"}, {}};
  for (const auto& [count, target, predicted] : pairs) {
    table.rows.push_back(
        {predictions.classes[target], predictions.classes[predicted], cat(-count)});
  }
  return table;
}

}  // namespace

Table confusion_table(const PredictionsRecord& predictions) {
  const std::size_t classes = predictions.classes.size();
  if (classes > kMostClasses) {
    return pairs_table(predictions);
  }
  Table table{{"class, taken for:"}, {}};
  table.header.insert(table.header.end(), predictions.classes.begin(), predictions.classes.end());
  for (std::size_t target = 0; target < classes; ++target) {
    std::vector<std::string> row{predictions.classes[target]};
    for (std::size_t predicted = 0; predicted < classes; ++predicted) {
      row.push_back(cat(predictions.count(target, predicted)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table mistakes_table(const PredictionsRecord& predictions) {
  Table table{{"example", "class", "taken for", "probability", "of the class"}, {}};
  for (const Mistake& mistake : predictions.worst) {
    table.rows.push_back(
        {cat(mistake.example), predictions.classes[static_cast<std::size_t>(mistake.target)],
         predictions.classes[static_cast<std::size_t>(mistake.predicted)],
         format_cell(mistake.probability), format_cell(mistake.target_probability)});
  }
  return table;
}

}  // namespace onecycle
