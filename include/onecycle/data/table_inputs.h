// Rows of a table to predict: the columns that a model was trained on, no target.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace onecycle {

struct TableInputs {
  torch::Tensor inputs;             ///< float64 [rows, features]
  std::vector<std::int64_t> lines;  ///< of the file, from 1, for each row
};

/// Reads the columns called `features`, in that order; others, such as the target, are passed over.
/// Throws a data error with file, line and column for a column that is missing and for a value that
/// is missing, not a number or not finite, and for a table without rows.
TableInputs read_table_inputs(const std::filesystem::path& path,
                              const std::vector<std::string>& features);

}  // namespace onecycle
