// Tables as data sets: one column is the target, all others become features.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "onecycle/data/task.h"

namespace onecycle {

struct TableOptions {
  /// Name of the target's column. Empty: the one column called `target`, `label`, `class` or `y`,
  /// or else the last one.
  std::string target = {};
  /// Nothing: a target is to be classified if any of its values is not a number, or if all are
  /// whole numbers of at most 20 different values, each of them twice on average or more.
  std::optional<TaskKind> task = {};
};

/// Reads a table (see `CsvReader` for its form) as a data set: inputs float64 [rows, features],
/// targets class indices or float64 [rows]. Classes are in numerical order if all are numbers,
/// else in alphabetical order.
///
/// A column of numbers is one feature. A column of which at least half of the values are not
/// numbers holds categories: each of its values, at most 100, becomes a feature `COLUMN=VALUE` of 0
/// and 1, in alphabetical order. A value that is empty or NA, N/A, NaN, null or ? in letters of any
/// case is missing: a feature `COLUMN_missing` after the column's others is 1 there; a category's
/// features are all 0, and a number is the median of the column, over all rows: that much of the
/// rows for validation is known to training. (fastai's `FillMissing` does so with numbers.)
///
/// Throws a data error with file, line and column for a missing target, a text among numbers, a
/// number that is not finite and too many categories; and for a table without rows or features, a
/// column without any value, one that has the name of a feature made from another, an unknown
/// target, one with a single value only, and classes none of which has two examples.
LoadedData parse_table(std::string_view text, const std::string& source,
                       const TableOptions& options = {});
/// The same for a file.
LoadedData read_table(const std::filesystem::path& path, const TableOptions& options = {});

}  // namespace onecycle
