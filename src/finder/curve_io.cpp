#include "onecycle/finder/curve_io.h"

#include <algorithm>
#include <cmath>

#include "onecycle/core/error.h"
#include "onecycle/finder/sweep.h"

namespace onecycle {
namespace {

double number_at(const CsvTable& table, std::size_t row, std::size_t column) {
  const std::string& text = table.rows[row][column];
  const auto x = parse_number(text);
  require(x.has_value(), ErrorKind::data, table.source, ":", table.lines[row], ":", column + 1,
          ": ", table.columns[column], ": expected a number, got '", text, "'");
  return *x;
}

bool has_column(const CsvTable& table, std::string_view name) {
  return std::find(table.columns.begin(), table.columns.end(), name) != table.columns.end();
}

}  // namespace

Curve curve_of(const CsvTable& table, const CurveColumns& columns) {
  const std::size_t lr = table.column(columns.lr);
  const std::size_t loss = table.column(
      !columns.loss.empty() ? columns.loss : (has_column(table, "smoothed") ? "smoothed" : "loss"));
  require(static_cast<std::int64_t>(table.rows.size()) >= kFewestPoints, ErrorKind::data,
          table.source, ": expected a curve of at least ", kFewestPoints, " points, got ",
          table.rows.size(), "; sweep over more rates");
  Curve curve;
  if (has_column(table, "planned")) {
    const double planned = number_at(table, 0, table.column("planned"));
    require(planned >= 0.0 && planned < 1e12, ErrorKind::data, table.source, ":", table.lines[0],
            ":", table.column("planned") + 1, ": planned: expected a count of iterations, got ",
            planned);
    curve.planned = static_cast<std::int64_t>(planned);
  }
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    curve.lr.push_back(number_at(table, row, lr));
    curve.loss.push_back(number_at(table, row, loss));
    require(std::isfinite(curve.lr.back()) && curve.lr.back() > 0.0, ErrorKind::data, table.source,
            ":", table.lines[row], ":", lr + 1, ": ", table.columns[lr],
            ": expected a finite rate > 0, got ", curve.lr.back());
  }
  return curve;
}

Curve read_curve(const std::filesystem::path& path, const CurveColumns& columns) {
  return curve_of(read_csv(path), columns);
}

}  // namespace onecycle
