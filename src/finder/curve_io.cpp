#include "onecycle/finder/curve_io.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "onecycle/core/error.h"
#include "onecycle/finder/sweep.h"

namespace onecycle {
namespace {

constexpr std::array<std::string_view, 4> kRates = {"lr", "lrs", "learning_rate", "learning_rates"};
constexpr std::array<std::string_view, 4> kLosses = {"loss", "losses", "train_loss",
                                                     "training_loss"};
constexpr std::string_view kSmoothed = "smoothed";
constexpr std::string_view kPlanned = "planned";

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The columns whose names are among `aliases`.
std::vector<std::size_t> columns_called(const CsvTable& table,
                                        std::span<const std::string_view> aliases) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string name = lower_case(table.columns[i]);
    if (std::find(aliases.begin(), aliases.end(), name) != aliases.end()) {
      found.push_back(i);
    }
  }
  return found;
}

std::string list_of_columns(const CsvTable& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const std::string& name : table.columns) {
    names.push_back(name.empty() ? "(without a name)" : name);
  }
  return join(names, ", ");
}

/// The only one of `found`, or an error that says which columns there are.
std::size_t only_one(const CsvTable& table, const std::vector<std::size_t>& found,
                     std::string_view what, std::span<const std::string_view> aliases,
                     std::string_view flag) {
  const std::string wanted = join({aliases.begin(), aliases.end()}, ", ");
  require(found.size() == 1, ErrorKind::data, table.source, ": expected one column of ", what, " (",
          wanted, "), got ", found.empty() ? "none" : "several", "; the columns are ",
          list_of_columns(table), "; name the one to read with ", flag);
  return found.front();
}

/// A number as PyTorch prints a tensor of one: `tensor(2.3026, device='cuda:0')`.
std::optional<double> parse_tensor(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || !trim(text).ends_with(')') ||
      !lower_case(std::string(trim(text.substr(0, open)))).starts_with("tensor")) {
    return std::nullopt;
  }
  const std::string_view inside = text.substr(open + 1);
  return parse_number(inside.substr(0, inside.find_first_of(",)")));
}

double number_at(const CsvTable& table, std::size_t row, std::size_t column) {
  const std::string& text = table.rows[row][column];
  auto x = parse_number(text);
  x = x ? x : parse_tensor(text);
  require(x.has_value(), ErrorKind::data, table.source, ":", table.lines[row], ":", column + 1,
          ": ", table.columns[column], ": expected a number, got '", text, "'");
  return *x;
}

double loss_at(const CsvTable& table, std::size_t row, std::size_t column) {
  return trim(table.rows[row][column]).empty() ? std::numeric_limits<double>::quiet_NaN()
                                               : number_at(table, row, column);
}

double rate_at(const CsvTable& table, std::size_t row, std::size_t column) {
  const double lr = number_at(table, row, column);
  require(std::isfinite(lr) && (lr > 0.0 || (lr == 0.0 && row == 0)), ErrorKind::data, table.source,
          ":", table.lines[row], ":", column + 1, ": ", table.columns[column],
          ": expected a finite rate > 0, got ", lr);
  return lr;
}

std::int64_t planned_in(const CsvTable& table) {
  const auto column = columns_called(table, std::array{kPlanned});
  if (column.size() != 1) {
    return 0;
  }
  const double planned = number_at(table, 0, column.front());
  require(planned >= 0.0 && planned < 1e12, ErrorKind::data, table.source, ":", table.lines[0], ":",
          column.front() + 1, ": planned: expected a count of iterations, got ", planned);
  return static_cast<std::int64_t>(planned);
}

/// Where the numbers stand.
struct Places {
  std::size_t lr = 0;
  std::size_t loss = 0;
  std::optional<std::size_t> raw = {};
};

Places places_of(const CsvTable& table, const CurveColumns& columns) {
  Places places;
  places.lr = columns.lr.empty()
                  ? only_one(table, columns_called(table, kRates), "rates", kRates, "--lr COLUMN")
                  : table.column(columns.lr);
  const auto losses = columns_called(table, kLosses);
  const auto smoothed = columns_called(table, std::array{kSmoothed});
  if (!columns.loss.empty()) {
    places.loss = table.column(columns.loss);
  } else if (smoothed.size() == 1) {
    places.loss = smoothed.front();
    places.raw = losses.size() == 1 ? std::optional(losses.front()) : std::nullopt;
  } else {
    places.loss = only_one(table, losses, "losses", kLosses, "--loss COLUMN");
  }
  return places;
}

}  // namespace

FindRecord record_of(const CsvTable& table, const CurveColumns& columns) {
  const Places places = places_of(table, columns);
  require(static_cast<std::int64_t>(table.rows.size()) >= kFewestPoints, ErrorKind::data,
          table.source, ": expected a curve of at least ", kFewestPoints, " points, got ",
          table.rows.size(), "; sweep over more rates");
  FindRecord record;
  record.planned = planned_in(table);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    record.lr.push_back(rate_at(table, row, places.lr));
    record.smoothed.push_back(loss_at(table, row, places.loss));
    if (places.raw) {
      record.loss.push_back(loss_at(table, row, *places.raw));
    }
  }
  return record;
}

FindRecord read_record(const std::filesystem::path& path, const CurveColumns& columns) {
  return record_of(read_csv(path), columns);
}

Curve curve_of(const CsvTable& table, const CurveColumns& columns) {
  return curve_of(record_of(table, columns));
}

Curve read_curve(const std::filesystem::path& path, const CurveColumns& columns) {
  return curve_of(read_record(path, columns));
}

}  // namespace onecycle
