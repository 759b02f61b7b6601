// Several runs beside one another: as tables, and as one page that needs nothing else.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "onecycle/record/run.h"
#include "onecycle/report/table.h"

namespace onecycle {

/// One row a run: how it ended, epochs, iterations, time, the highest rate of any group, validation
/// loss at its best and at the end, each metric at that best epoch and at the end. `-` where a run
/// has no such number.
Table runs_table(std::span<const Run> runs);

/// One row for each setting in which the runs differ, one column a run. `-` where a run does not
/// have it.
Table differences_table(std::span<const Run> runs);

/// Which run had the lowest validation loss, in words; nothing if the runs trained on different
/// data (their setting `data`) or had no validation set.
std::string describe(std::span<const Run> runs);

/// The page: both tables and every kind of plot (see report/plot_kinds.h) with one curve a run,
/// under the names of the runs, which must differ. As safe and as small as `report_html`.
std::string comparison_html(std::span<const Run> runs);

/// Writes `comparison_html(runs)` to `path`, all or nothing.
void write_comparison(std::span<const Run> runs, const std::filesystem::path& path);

}  // namespace onecycle
