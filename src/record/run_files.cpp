#include "onecycle/record/run_files.h"

#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "onecycle/core/error.h"
#include "onecycle/core/files.h"
#include "record/rows.h"
#include "record/run_json.h"
#include "record/run_rows.h"
#include "record/run_tables.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

void write_iterations(const fs::path& path, const Run& run) {
  RowWriter row(path, iteration_columns(run));
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    write_iteration(row, run, i);
    row.end_row();
  }
  row.commit();
}

void write_epochs(const fs::path& path, const Run& run) {
  RowWriter row(path, epoch_columns(run));
  for (const EpochRecord& epoch : run.epochs) {
    write_epoch(row, run, epoch);
    row.end_row();
  }
  row.commit();
}

void write_find(const fs::path& path, const FindRecord& find) {
  RowWriter row(path, find_columns());
  for (std::size_t i = 0; i < find.lr.size(); ++i) {
    find_row(row, find.lr[i], find.loss[i], find.smoothed[i], find.planned);
    row.end_row();
  }
  row.commit();
}

}  // namespace

TextPieces one_piece(std::string text) {
  return [text = std::move(text)]() mutable { return std::exchange(text, {}); };
}

void read_iterations(TextPieces text, std::string source, Run& run) {
  RowReader row(std::move(text), std::move(source), iteration_columns(run));
  const std::size_t groups = run.groups.size();
  while (row.next()) {
    run.values.resize(run.values.size() + groups);
    iteration_row(row, run.iterations.emplace_back(), std::span(run.values).last(groups));
  }
}

void read_epochs(TextPieces text, std::string source, Run& run) {
  RowReader row(std::move(text), std::move(source), epoch_columns(run));
  while (row.next()) {
    std::vector<std::optional<double>> metrics(run.metrics.size());
    EpochRecord& epoch = run.epochs.emplace_back();
    epoch_row(row, epoch, metrics);
    for (const auto& metric : metrics) {
      if (metric) {
        // The list has no gaps: one would give the number to another metric.
        require(epoch.metrics.size() == static_cast<std::size_t>(&metric - metrics.data()),
                ErrorKind::data, row.place(),
                ": expected numbers for the first metrics and nothing for the others, got a number "
                "after nothing");
        epoch.metrics.push_back(*metric);
      }
    }
  }
}

void read_find(TextPieces text, std::string source, FindRecord& find) {
  RowReader row(std::move(text), std::move(source), find_columns());
  while (row.next()) {
    find_row(row, find.lr.emplace_back(), find.loss.emplace_back(), find.smoothed.emplace_back(),
             find.planned);
  }
}

void write_run(const fs::path& folder, const Run& run) {
  const auto table = [&](const char* name, bool has_rows, const auto& write) {
    std::error_code ignored;
    if (has_rows) {
      write(folder / name);
    } else {
      fs::remove(folder / name, ignored);
    }
  };
  table("iterations.csv", !run.iterations.empty(),
        [&](const fs::path& path) { write_iterations(path, run); });
  table("epochs.csv", !run.epochs.empty(), [&](const fs::path& path) { write_epochs(path, run); });
  table("find.csv", run.find && !run.find->lr.empty(),
        [&](const fs::path& path) { write_find(path, *run.find); });
  write_file(folder / "run.json", run_to_json(run));
}

Run read_run(const fs::path& folder) {
  require(fs::exists(folder / "run.json"), ErrorKind::data, folder.native(),
          ": expected the folder of a run, got no run.json in it");
  const fs::path description = folder / "run.json";
  Run run = run_from_json(read_file(description), description.native());
  const auto table = [&](const char* name, const auto& read, auto& record) {
    const fs::path path = folder / name;
    if (fs::exists(path)) {
      const auto pieces = std::make_shared<FilePieces>(path);
      read([pieces] { return pieces->next(); }, path.native(), record);
    }
  };
  table("iterations.csv", read_iterations, run);
  table("epochs.csv", read_epochs, run);
  if (run.find) {
    table("find.csv", read_find, *run.find);
  }
  return run;
}

}  // namespace onecycle
