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
    begin(run);
  } else if (!epochs_) {
    begin(run);
  }
  RowText iterations;
  RowText epochs;
  while (const auto record = follower_.next(run)) {
    if (record->is_epoch) {
      write_epoch(epochs, run, run.epochs[record->index]);
      epochs.end_row();
    } else {
      write_iteration(iterations, run, record->index);
      iterations.end_row();
    }
  }
  iterations_->append(iterations.take());
  epochs_->append(epochs.take());
  iterations_->flush();
  epochs_->flush();
}

}  // namespace onecycle
