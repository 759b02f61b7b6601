// What a run and a finder's sweep came to, in sentences and small tables.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "onecycle/record/run.h"
#include "onecycle/report/table.h"

namespace onecycle {

/// How far and how long, the best and the last epoch. Epochs are numbered from 1 for people.
std::string describe(const Run& run);

/// How many rates were tried, between which, at the cost of how much data, and why it ended.
std::string describe(const FindRecord& find);

/// The index in `run.epochs` of the lowest validation loss; nothing without any.
std::optional<std::size_t> best_epoch(const Run& run);

/// Of all epochs, validation included.
double total_seconds(const Run& run);

/// The highest learning rate of any group; 0 without iterations.
double highest_rate(const Run& run);

/// One row an epoch: number, losses, metrics, time. With more than `limit` epochs only every
/// k-th is shown, and always the best and the last.
Table epochs_table(const Run& run, std::size_t limit = 500);

/// One row a phase of training: seconds of the whole run, and their share of it.
Table phases_table(const Run& run);

/// One row for each way in which weights were kept, a mark before the one that was chosen.
Table weights_table(const Run& run);

/// How often each class, one a row, was taken for each, one a column; with more than 20 classes the
/// 20 most frequent confusions instead.
Table confusion_table(const PredictionsRecord& predictions);

/// One row for each of the worst mistakes.
Table mistakes_table(const PredictionsRecord& predictions);

/// One row a rule: its rate, or why it has none.
Table suggestions_table(const FindRecord& find);

/// The same, and for those with a rate what the rule reads off the curve and whose it is.
Table rules_table(const FindRecord& find);

/// One row a group: learning rate and momentum at the start, at their extremes and at the end.
Table rates_table(const Run& run);

}  // namespace onecycle
