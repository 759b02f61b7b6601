// A table as it is read: features as numbers, targets still as text; apart from any tensor.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onecycle {

struct TableColumns {
  std::string source;
  std::string target;                    ///< the name of its column
  std::vector<std::string> features;     ///< distinct names
  std::vector<double> values;            ///< [rows, features], all finite
  std::vector<std::string> targets;      ///< [rows]
  std::vector<std::int64_t> lines;       ///< of the rows
  std::vector<std::string> categorical;  ///< names of columns that became several features
  std::int64_t missing = 0;              ///< values that were missing
  std::map<std::string, double> fills;   ///< see `Task::fills`
};

/// Reads a table whose target is the column `target`, or the one that `TableOptions` describes if
/// that is empty. See `parse_table` for what becomes of its columns and for the errors.
TableColumns read_columns(std::string_view text, const std::string& source,
                          const std::string& target);

}  // namespace onecycle
