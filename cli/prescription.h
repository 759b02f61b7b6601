// What a schedule prescribes over a whole run, as a table and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/schedule/rates.h"
#include "onecycle/schedule/schedule.h"
#include "output.h"

namespace onecycle::cli {

struct Prescription {
  std::vector<std::string> groups;
  std::vector<GroupValues> values;              ///< one a group, iteration after iteration
  std::vector<std::optional<double>> momentum;  ///< one an iteration
};

/// `peaks`: one a group.
Prescription prescribe(const Schedule& schedule, const std::vector<double>& peaks,
                       std::int64_t iterations);

/// Columns: iteration, lr (or lr_0, lr_1, ...), momentum if any. `number` writes a value.
Table table_of(const Prescription& prescription, std::string (*number)(double));

/// `lr` and `momentum`: lists over iterations of lists over groups.
Json json_of(const Prescription& prescription, const Schedule& schedule);

}  // namespace onecycle::cli
