// Tables of numbers as data sets: one column is the target, all others are features.
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
  std::string target;
  /// Nothing: a target is to be classified if any of its values is not a number, or if all are
  /// whole numbers of at most 20 different values, each of them twice on average or more.
  std::optional<TaskKind> task;
};

/// Reads a table (see `CsvReader` for its form) as a data set: inputs float64 [rows, features],
/// targets class indices or float64 [rows]. Classes are in numerical order if all are numbers,
/// else in alphabetical order.
///
/// Throws a data error with file, line and column for a value that is missing, not a number or not
/// finite; and for a table without rows or features, an unknown target, one with a single value
/// only, and classes none of which has two examples.
LoadedData parse_table(std::string_view text, const std::string& source,
                       const TableOptions& options = {});
/// The same for a file.
LoadedData read_table(const std::filesystem::path& path, const TableOptions& options = {});

}  // namespace onecycle
