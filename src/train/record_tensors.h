// The record of a run as tensors of float64, which hold its whole numbers too, and back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "onecycle/model/weights.h"
#include "onecycle/record/run.h"

namespace onecycle {

/// Iterations, epochs and the finder's curve: `iterations`, `epochs`, `find`, [rows, fields] each.
NamedTensors record_tensors(const Run& run);

/// Puts the rows of `tensors` into `run`, whose groups and metrics say what is in them. Throws a
/// checkpoint error that begins with `source` for a table of another shape.
void read_record_tensors(const NamedTensors& tensors, const std::string& source, Run& run);

}  // namespace onecycle
