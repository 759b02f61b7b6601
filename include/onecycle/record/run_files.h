// A run as files: what `write_run` writes, `read_run` gives back.
#pragma once

#include <filesystem>

#include "onecycle/record/run.h"

namespace onecycle {

/// Writes into `folder`, which must exist:
///
/// - `run.json`: name, groups, metrics, settings, environment, and what the finder suggested
/// - `iterations.csv`: `iteration, epoch, batches, examples, loss, smoothed`, then `lr`, `momentum`
///   and `weight_decay`, with several groups `lr.GROUP` of each, and so on
/// - `epochs.csv`: `epoch, iterations, train_loss, valid_loss`, the metrics, `seconds`
/// - `find.csv`: `lr, loss, smoothed`
///
/// Numbers are in the shortest form that reads back as the same bits; what is missing is an empty
/// field. A table without rows is not written, and an older one of that name removed. Throws as
/// `write_file` does.
void write_run(const std::filesystem::path& folder, const Run& run);

/// Reads what `write_run` wrote. Throws a data error, with file and line, if there is no run in
/// `folder` or a file of it is damaged.
Run read_run(const std::filesystem::path& folder);

}  // namespace onecycle
