// Rows of a table for a model that was trained on another: its columns, and its target if asked.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <vector>

#include "onecycle/data/task.h"

namespace onecycle {

struct TableInputs {
  torch::Tensor inputs;             ///< float64 [rows, features]
  torch::Tensor targets;            ///< class indices or float64 [rows]; undefined if not asked for
  std::vector<std::int64_t> lines;  ///< of the file, from 1, for each row
};

/// Reads the columns from which `task.features` were made, in that order (see `parse_table`);
/// others are passed over. Throws a data error with file, line and column for a column that is
/// missing, a value that is missing where none was before or is no finite number, a category that
/// is new, and for a table without rows.
TableInputs read_table_inputs(const std::filesystem::path& path, const Task& task);

/// The same with the targets, from the column `task.target`. Throws a data error, too, for a target
/// that is missing and a class that is not among `task.classes`.
TableInputs read_table_examples(const std::filesystem::path& path, const Task& task);

}  // namespace onecycle
