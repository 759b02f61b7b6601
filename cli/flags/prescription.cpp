#include "flags/prescription.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "onecycle/core/text.h"
#include "onecycle/report/schedule_words.h"

namespace onecycle::cli {
namespace {

using Optional = std::optional<double>;
using ValueAt = std::function<Optional(const Column&, std::size_t i)>;
using Columns = std::vector<const Column*>;

Columns columns_of(const std::vector<Prescription>& list) {
  Columns all;
  for (const Prescription& prescription : list) {
    for (const Column& column : prescription.columns) {
      all.push_back(&column);
    }
  }
  return all;
}

Optional other_at(const Column& column, std::size_t i, std::string_view name) {
  for (const NamedValue& other : column.others[i]) {
    if (other.name == name) {
      return other.value;
    }
  }
  return std::nullopt;
}

/// Adds what `value` is to the table: nothing if no column has it, one for all that are alike.
void add(Table& table, const Columns& columns, const std::string& what, const ValueAt& value,
         std::string (*number)(double)) {
  std::vector<std::vector<Optional>> lists;
  bool any = false;
  for (const Column* column : columns) {
    std::vector<Optional> list;
    for (std::size_t i = 0; i < column->lr.size(); ++i) {
      list.push_back(value(*column, i));
      any = any || list.back().has_value();
    }
    lists.push_back(std::move(list));
  }
  if (!any) {
    return;
  }
  const bool alike = std::all_of(lists.begin(), lists.end(),
                                 [&](const auto& list) { return list == lists.front(); });
  for (std::size_t c = 0; c < (alike ? 1 : lists.size()); ++c) {
    const std::string& name = columns[c]->name;
    table.header.push_back(
        alike ? what : cat(what, name.starts_with("lr") ? name.substr(2) : cat(" ", name)));
    for (std::size_t i = 0; i < lists[c].size(); ++i) {
      table.rows[i].push_back(lists[c][i] ? number(*lists[c][i]) : "");
    }
  }
}

Json or_null(const Optional& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

Prescription prescribe(GroupSchedules schedule, std::vector<double> peaks, std::int64_t iterations,
                       const std::string& name) {
  schedule.check(peaks.size(), iterations);
  std::vector<Column> columns;
  for (std::size_t g = 0; g < peaks.size(); ++g) {
    const std::string number = peaks.size() == 1 ? "" : cat(g);
    const std::string alone = number.empty() ? "lr" : cat("lr_", number);
    const std::string among = number.empty() ? name : cat(name, " ", number);
    columns.push_back({.name = name.empty() ? alone : among, .group = g});
  }
  for (std::int64_t i = 0; i < iterations; ++i) {
    schedule.for_each(peaks.size(), i, iterations, [&](std::size_t g, const Values& now) {
      columns[g].lr.push_back(peaks[g] * now.lr);
      columns[g].momentum.push_back(now.momentum);
      columns[g].weight_decay.push_back(now.weight_decay);
      columns[g].others.push_back(now.others);
    });
  }
  return {std::move(schedule), std::move(peaks), iterations, std::move(columns)};
}

Table table_of(const std::vector<Prescription>& list, std::string (*number)(double)) {
  const Columns columns = columns_of(list);
  Table table{{"iteration"}, {}};
  for (std::size_t i = 0; i < columns.front()->lr.size(); ++i) {
    table.rows.push_back({std::to_string(i)});
  }
  for (const Column* column : columns) {
    table.header.push_back(column->name);
    for (std::size_t i = 0; i < column->lr.size(); ++i) {
      table.rows[i].push_back(number(column->lr[i]));
    }
  }
  add(
      table, columns, "momentum", [](const Column& c, std::size_t i) { return c.momentum[i]; },
      number);
  add(
      table, columns, "weight_decay_factor",
      [](const Column& c, std::size_t i) { return c.weight_decay[i]; }, number);
  std::set<std::string> names;
  for (const Prescription& prescription : list) {
    for (const std::string& name : prescription.schedule.others()) {
      names.insert(name);
    }
  }
  for (const std::string& name : names) {
    add(
        table, columns, name, [&](const Column& c, std::size_t i) { return other_at(c, i, name); },
        number);
  }
  return table;
}

Json json_of(const Prescription& prescription) {
  const auto rows_of = [&](const auto& value) {
    Json rows = Json::array();
    for (std::int64_t i = 0; i < prescription.iterations; ++i) {
      Json row = Json::array();
      for (const Column& column : prescription.columns) {
        row.push_back(value(column, static_cast<std::size_t>(i)));
      }
      rows.push_back(std::move(row));
    }
    return rows;
  };
  Json out = {
      {"policy", prescription.schedule.text()},
      {"words", words_of({prescription})},
      {"iterations", prescription.iterations},
      {"groups", prescription.columns.size()},
      {"lr", rows_of([](const Column& c, std::size_t i) { return Json(c.lr[i]); })},
      {"momentum", rows_of([](const Column& c, std::size_t i) { return or_null(c.momentum[i]); })},
      {"cycle_ends", prescription.schedule.cycle_ends(prescription.iterations)}};
  const bool decays = std::any_of(
      prescription.columns.begin(), prescription.columns.end(), [](const Column& column) {
        return std::any_of(column.weight_decay.begin(), column.weight_decay.end(),
                           [](const Optional& factor) { return factor.has_value(); });
      });
  if (decays) {
    out["weight_decay_factor"] =
        rows_of([](const Column& c, std::size_t i) { return or_null(c.weight_decay[i]); });
  }
  for (const std::string& name : prescription.schedule.others()) {
    out["others"][name] =
        rows_of([&](const Column& c, std::size_t i) { return or_null(other_at(c, i, name)); });
  }
  return out;
}

std::vector<Plot> plots_of(const std::vector<Prescription>& list) {
  const Columns columns = columns_of(list);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> names;
  std::vector<GroupValues> values;
  for (const Column* column : columns) {
    names.push_back(list.size() > 1 ? column->name : cat("group ", column->group));
  }
  for (std::size_t i = 0; i < columns.front()->lr.size(); ++i) {
    for (const Column* column : columns) {
      values.push_back({.lr = column->lr[i],
                        .momentum = column->momentum[i].value_or(kNone),
                        .weight_decay = column->weight_decay[i].value_or(1.0)});
    }
  }
  return schedule_plots(names, values);
}

std::string words_of(const std::vector<Prescription>& list) {
  std::string text;
  for (const Prescription& prescription : list) {
    std::string before;
    for (std::size_t g = 0; g < prescription.peaks.size(); ++g) {
      const std::string words =
          describe(prescription.schedule.of(g), prescription.peaks[g], prescription.iterations);
      const std::string& name = prescription.columns[g].name;
      if (words != before) {
        text += cat(name == "lr" ? "" : cat(name, ": "), words, "\n");
      }
      before = words;
    }
  }
  return text.substr(0, text.size() - 1);
}

}  // namespace onecycle::cli
