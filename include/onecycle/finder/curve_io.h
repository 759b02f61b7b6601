// A finder's curve from a table.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "onecycle/core/csv.h"
#include "onecycle/finder/suggest.h"

namespace onecycle {

/// Which columns to read.
struct CurveColumns {
  std::string lr = "lr";
  /// Empty: `smoothed` if there is such a column (as in the `find.csv` of our runs), else `loss`.
  std::string loss = {};
};

/// The curve in a table. A column `planned` tells, in its first row, how many iterations the sweep
/// would have had, so that the same points are cut off as when it ran. Other columns are ignored,
/// `nan` and `inf` are losses like others. Throws a data error, with source:line:column, if a
/// column is missing, a field is not a number, a rate is not a finite number > 0, or there are
/// fewer than `kFewestPoints` rows.
Curve curve_of(const CsvTable& table, const CurveColumns& columns = {});

/// The same from a CSV file.
Curve read_curve(const std::filesystem::path& path, const CurveColumns& columns = {});

}  // namespace onecycle
