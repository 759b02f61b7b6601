#include "onecycle/schedule/policy/piecewise.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "onecycle/core/csv.h"
#include "onecycle/schedule/curve.h"

namespace onecycle {
namespace {

std::size_t column_of(const CsvTable& table, const std::string& wanted) {
  if (!wanted.empty()) {
    return table.column(wanted);
  }
  const auto lr = std::find(table.columns.begin(), table.columns.end(), "lr");
  const bool has_value =
      std::find(table.columns.begin(), table.columns.end(), "value") != table.columns.end();
  return table.column(lr == table.columns.end() && has_value ? "value" : "lr");
}

template <class T>
T read(const CsvTable& table, std::size_t row, std::size_t column, std::string_view expected) {
  auto value = detail::parse_value<T>(table.rows[row][column]);
  require(value.has_value(), ErrorKind::data, table.source, ":", table.lines[row], ":", column + 1,
          ": ", table.columns[column], ": expected ", expected, ", got '", table.rows[row][column],
          "'");
  return *std::move(value);
}

std::vector<Knot> read_points(const std::string& file, const std::string& column) {
  const CsvTable table = read_csv(file);
  const std::size_t at = table.column("iteration");
  const std::size_t value = column_of(table, column);
  std::vector<Knot> points;
  points.reserve(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    points.push_back({read<Length>(table, row, at, "an iteration, or a share such as 10%"),
                      read<double>(table, row, value, "a number")});
  }
  return points;
}

}  // namespace

std::vector<Setting> Piecewise::expand(std::vector<Setting> settings) {
  std::string file;
  std::string column;
  bool points = false;
  std::string place;
  for (const Setting& setting : settings) {
    points = points || setting.name == "points";
    if (setting.name == "file") {
      file = setting.value;
      place = setting.place;
    } else if (setting.name == "column") {
      column = setting.value;
    }
  }
  std::erase_if(settings, [](const Setting& s) { return s.name == "file" || s.name == "column"; });
  require(file.empty() || !points, ErrorKind::usage,
          "piecewise: expected points or a file of them, got both");
  require(column.empty() || !file.empty(), ErrorKind::usage,
          "piecewise: column: expected a file beside it, as in file=rates.csv, got none");
  if (!file.empty()) {
    settings.push_back({"points", detail::print_value(read_points(file, column)), place});
  }
  return settings;
}

void Piecewise::check() const {
  require(!points.empty(), ErrorKind::usage, "piecewise: points: expected at least one, got none");
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Length& before = points[i - 1].at;
    const Length& here = points[i].at;
    require(before.is_share() != here.is_share() || before.amount() <= here.amount(),
            ErrorKind::usage, "piecewise: points: expected them in order, got ", points[i].text(),
            " after ", points[i - 1].text());
  }
}

void Piecewise::check(std::int64_t total) const {
  for (std::size_t i = 1; i < points.size(); ++i) {
    require(points[i - 1].at.of(total) <= points[i].at.of(total), ErrorKind::usage,
            "piecewise: points: expected them in order in a run of ", total, " iterations, got ",
            points[i].text(), " after ", points[i - 1].text());
  }
}

Values Piecewise::at(Position position) const {
  const auto t = static_cast<double>(position.iteration);
  // The first point behind t.
  const auto next = std::partition_point(points.begin(), points.end(), [&](const Knot& point) {
    return point.at.of(position.total) <= t;
  });
  if (next == points.begin() || next == points.end() || shape == PiecewiseShape::step) {
    return {.lr = next == points.begin() ? next->value : std::prev(next)->value};
  }
  const Knot& from = *std::prev(next);
  const double start = from.at.of(position.total);
  const double q = (t - start) / (next->at.of(position.total) - start);
  return {.lr = interpolate(shape == PiecewiseShape::cosine ? Shape::cosine : Shape::linear,
                            from.value, next->value, q)};
}

Iterations Piecewise::jumps(std::int64_t total) const {
  Iterations all;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double here = points[i].at.of(total);
    const auto t = static_cast<std::int64_t>(std::ceil(std::min(here, 1e15)));
    const bool leaps = shape == PiecewiseShape::step || points[i - 1].at.of(total) == here;
    if (leaps && t > 0 && t <= total && (all.empty() || t > all.back())) {
      all.push_back(t);
    }
  }
  return all;
}

}  // namespace onecycle
