// Rows of a table to predict: the columns that a model was trained on, no target.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <vector>

#include "onecycle/data/task.h"

namespace onecycle {

struct TableInputs {
  torch::Tensor inputs;             ///< float64 [rows, features]
  std::vector<std::int64_t> lines;  ///< of the file, from 1, for each row
};

/// Reads the columns from which `task.features` were made, in that order (see `parse_table`);
/// others, such as the target, are passed over. Throws a data error with file, line and column for
/// a column that is missing, a value that is missing where none was before or is no finite number,
/// a category that is new, and for a table without rows.
TableInputs read_table_inputs(const std::filesystem::path& path, const Task& task);

}  // namespace onecycle
