#include "onecycle/report/tensorboard_log.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "onecycle/core/error.h"
#include "record/phases.h"
#include "report/event_record.h"

namespace onecycle {
namespace {

namespace fs = std::filesystem;

// TensorBoard reads files whose name has `tfevents` in it; the end, elsewhere a host, tells ours.
constexpr std::string_view kPrefix = "events.out.tfevents.";
constexpr std::string_view kSuffix = ".onecycle";

double system_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

fs::path made(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  require(!fs::exists(status) || fs::is_directory(status), ErrorKind::usage, folder.native(),
          ": expected the name of a folder, got a file; name another");
  fs::create_directory(folder, error);
  require(!error, ErrorKind::usage, folder.native(),
          ": the folder cannot be made: ", error.message());
  return folder;
}

std::string file_name(double now) {
  std::array<char, 32> seconds{};
  const int length =
      std::snprintf(seconds.data(), seconds.size(), "%010lld", static_cast<long long>(now));
  return cat(kPrefix, std::string_view(seconds.data(), static_cast<std::size_t>(length)), kSuffix);
}

void remove_others(const fs::path& ours) {
  std::error_code ignored;
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(ours.parent_path(), ignored)) {
    const std::string name = entry.path().filename().native();
    if (name.starts_with(kPrefix) && name.ends_with(kSuffix) && name != ours.filename()) {
      others.push_back(entry.path());
    }
  }
  for (const auto& other : others) {
    fs::remove(other, ignored);
  }
}

std::string iteration_record(const Run& run, std::size_t index, double now) {
  const IterationRecord& record = run.iterations[index];
  Scalars scalars;
  scalars.add("loss/train", record.loss);
  scalars.add("loss/smoothed", record.smoothed);
  if (record.grad_norm) {
    scalars.add("grad_norm", *record.grad_norm);
  }
  for (std::size_t group = 0; group < run.groups.size(); ++group) {
    const GroupValues& values = run.at(index, group);
    scalars.add(cat("lr/", run.groups[group]), values.lr);
    scalars.add(cat("momentum/", run.groups[group]), values.momentum);
    scalars.add(cat("weight_decay/", run.groups[group]), values.weight_decay);
  }
  return scalars.record(now, record.iteration);
}

std::string epoch_record(const Run& run, const EpochRecord& record, double now) {
  Scalars scalars;
  scalars.add("epoch/train_loss", record.train_loss);
  if (record.valid_loss) {
    scalars.add("epoch/valid_loss", *record.valid_loss);
  }
  scalars.add("epoch/frozen", static_cast<double>(record.frozen));
  scalars.add("epoch/seconds", record.seconds);
  for (const TimedPhase& phase : kTimedPhases) {
    scalars.add(cat("epoch/", phase.name, "_seconds"), record.phases.*phase.seconds);
  }
  for (std::size_t i = 0; i < record.metrics.size() && i < run.metrics.size(); ++i) {
    scalars.add(cat("epoch/", run.metrics[i]), record.metrics[i]);
  }
  return scalars.record(now, record.iterations);
}

}  // namespace

TensorBoardLog::TensorBoardLog(const fs::path& folder, TensorBoardOptions options)
    : clock_(options.clock ? std::move(options.clock) : system_seconds),
      file_(made(folder) / file_name(clock_())) {
  remove_others(file_.path());
  file_.append(version_record(clock_()));
  file_.flush();
}

void TensorBoardLog::update(const Run& run) {
  const double now = clock_();
  if (const auto place = follower_.rewind(run)) {
    file_.append(restart_record(now, place->iteration));
    // Dropped with the steps, though it holds: the epoch that ended just there.
    for (auto epoch = run.epochs.rbegin(); epoch != run.epochs.rend(); ++epoch) {
      if (epoch->iterations == place->iteration && epoch->epoch < place->epoch) {
        file_.append(epoch_record(run, *epoch, now));
      }
    }
  }
  while (const auto record = follower_.next(run)) {
    file_.append(record->is_epoch ? epoch_record(run, run.epochs[record->index], now)
                                  : iteration_record(run, record->index, now));
  }
  file_.flush();
}

}  // namespace onecycle
