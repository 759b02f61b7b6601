#include "onecycle/report/csv_log.h"

#include <utility>

#include "onecycle/core/csv.h"
#include "record/rows.h"
#include "record/run_rows.h"

namespace onecycle {

CsvLog::CsvLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

void CsvLog::begin(const Run& run) {
  iterations_.emplace(folder_ / "iterations.csv").append(csv_row(iteration_columns(run)));
  epochs_.emplace(folder_ / "epochs.csv").append(csv_row(epoch_columns(run)));
}

void CsvLog::update(const Run& run) {
  if (follower_.rewind(run)) {
    follower_ = {};
    epochs_.reset();
  }
  if (!epochs_) {
    begin(run);
  }
  RowText row;
  while (const auto record = follower_.next(run)) {
    if (record->is_epoch) {
      write_epoch(row, run, run.epochs[record->index]);
    } else {
      write_iteration(row, run, record->index);
    }
    row.end_row();
    (record->is_epoch ? epochs_ : iterations_)->append(row.take());
  }
  iterations_->flush();
  epochs_->flush();
}

}  // namespace onecycle
