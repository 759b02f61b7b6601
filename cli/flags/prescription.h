// What schedules prescribe over a whole run, as a table and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onecycle/report/plot.h"
#include "onecycle/schedule/group_schedules.h"
#include "program/output.h"

namespace onecycle::cli {

/// One group under one schedule. The lists have one entry an iteration.
struct Column {
  std::string name;  ///< `lr`, `lr_0`, or with several schedules `one_cycle`, `one_cycle 0`, ...
  std::size_t group = 0;
  std::vector<double> lr = {};
  std::vector<std::optional<double>> momentum = {};
  std::vector<std::optional<double>> weight_decay = {};  ///< the factor
  std::vector<std::vector<NamedValue>> others = {};
};

/// What one schedule does.
struct Prescription {
  GroupSchedules schedule;
  std::vector<double> peaks;
  std::int64_t iterations;
  std::vector<Column> columns;  ///< one a group
};

/// `peaks`: one a group. `name` tells this schedule from others; empty if there are none.
Prescription prescribe(GroupSchedules schedule, std::vector<double> peaks, std::int64_t iterations,
                       const std::string& name);

/// Columns: iteration, the rate of each group, momentum and weight decay where there are any (one
/// for all groups that are alike), other hyper-parameters. `number` writes a value.
Table table_of(const std::vector<Prescription>& list, std::string (*number)(double));

/// `lr` and `momentum`: lists over iterations of lists over groups.
Json json_of(const Prescription& prescription);

/// The curves to draw: a group, or a schedule, each.
std::vector<Plot> plots_of(const std::vector<Prescription>& list);

/// In sentences; a line for each group that moves otherwise than the one before.
std::string words_of(const std::vector<Prescription>& list);

}  // namespace onecycle::cli
