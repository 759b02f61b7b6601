// The columns of a run's tables and their fields, listed once: `row` writes the fields or reads
// them, whatever it is.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "onecycle/core/text.h"
#include "onecycle/record/run.h"
#include "record/phases.h"

namespace onecycle {

inline std::vector<std::string> iteration_columns(const Run& run) {
  std::vector<std::string> columns{"iteration", "epoch",    "batches",  "examples",
                                   "loss",      "smoothed", "grad_norm"};
  for (const char* what : {"lr", "momentum", "weight_decay"}) {
    for (const auto& group : run.groups) {
      columns.push_back(run.groups.size() == 1 ? what : cat(what, ".", group));
    }
  }
  return columns;
}

template <class Row, class Record, class Values>
void iteration_row(Row& row, Record& record, std::span<Values> groups) {
  row(record.iteration);
  row(record.epoch);
  row(record.batches);
  row(record.examples);
  row(record.loss);
  row(record.smoothed);
  row(record.grad_norm);
  for (const auto member : {&GroupValues::lr, &GroupValues::momentum, &GroupValues::weight_decay}) {
    for (auto& group : groups) {
      row(group.*member);
    }
  }
}

inline std::vector<std::string> epoch_columns(const Run& run) {
  std::vector<std::string> columns{"epoch", "iterations", "frozen", "train_loss", "valid_loss"};
  columns.insert(columns.end(), run.metrics.begin(), run.metrics.end());
  columns.emplace_back("seconds");
  for (const TimedPhase& phase : kTimedPhases) {
    columns.push_back(cat(phase.name, "_seconds"));
  }
  return columns;
}

template <class Row, class Record, class Metrics>
void epoch_row(Row& row, Record& record, Metrics& metrics) {
  row(record.epoch);
  row(record.iterations);
  row(record.frozen);
  row(record.train_loss);
  row(record.valid_loss);
  for (auto& metric : metrics) {
    row(metric);
  }
  row(record.seconds);
  for (const TimedPhase& phase : kTimedPhases) {
    row(record.phases.*phase.seconds);
  }
}

/// A row of `run.iterations`.
template <class Row>
void write_iteration(Row& row, const Run& run, std::size_t index) {
  const std::size_t groups = run.groups.size();
  iteration_row(row, run.iterations[index], std::span(run.values).subspan(index * groups, groups));
}

/// A row of `run.epochs`: metrics that were not measured are empty.
template <class Row>
void write_epoch(Row& row, const Run& run, const EpochRecord& epoch) {
  std::vector<std::optional<double>> metrics(epoch.metrics.begin(), epoch.metrics.end());
  metrics.resize(run.metrics.size());
  epoch_row(row, epoch, metrics);
}

// `planned` is the same in every row: a table has no other place for it, and rules that leave out a
// part of the sweep need it where the sweep ended early.
inline std::vector<std::string> find_columns() { return {"lr", "loss", "smoothed", "planned"}; }

template <class Row, class Number, class Count>
void find_row(Row& row, Number& lr, Number& loss, Number& smoothed, Count& planned) {
  row(lr);
  row(loss);
  row(smoothed);
  row(planned);
}

}  // namespace onecycle
