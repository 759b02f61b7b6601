#include "onecycle/report/run_follower.h"

#include <algorithm>
#include <bit>

namespace onecycle {
namespace {

/// A hash of 64-bit words. Source: FNV-1a, with words for bytes.
class Fingerprint {
 public:
  void add(std::int64_t value) { mix(static_cast<std::uint64_t>(value)); }
  void add(double value) { mix(std::bit_cast<std::uint64_t>(value)); }
  void add(const std::optional<double>& value) {
    add(static_cast<std::int64_t>(value.has_value()));
    add(value.value_or(0.0));
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  void mix(std::uint64_t word) {
    // The multiplication carries upwards only; the shift brings sign and exponent down.
    hash_ = (hash_ ^ word) * 0x100000001b3;
    hash_ ^= hash_ >> 32;
  }

  std::uint64_t hash_ = 0xcbf29ce484222325;
};

std::uint64_t fingerprint_of_iteration(const Run& run, std::size_t index) {
  const IterationRecord& record = run.iterations[index];
  Fingerprint print;
  print.add(record.iteration);
  print.add(record.epoch);
  print.add(record.batches);
  print.add(record.examples);
  print.add(record.loss);
  print.add(record.smoothed);
  print.add(record.grad_norm);
  for (std::size_t group = 0; group < run.groups.size(); ++group) {
    const GroupValues& values = run.at(index, group);
    print.add(values.lr);
    print.add(values.momentum);
    print.add(values.weight_decay);
  }
  return print.value();
}

std::uint64_t fingerprint_of_epoch(const Run& run, std::size_t index) {
  const EpochRecord& record = run.epochs[index];
  Fingerprint print;
  print.add(record.epoch);
  print.add(record.iterations);
  print.add(record.train_loss);
  print.add(record.valid_loss);
  for (const double metric : record.metrics) {
    print.add(metric);
  }
  print.add(record.seconds);
  print.add(record.frozen);
  return print.value();
}

/// How many of `prints` are those of the first of `count` records.
template <class Function>
std::size_t count_same(const std::vector<std::uint64_t>& prints, std::size_t count, const Run& run,
                       Function fingerprint) {
  std::size_t same = 0;
  while (same < prints.size() && same < count && prints[same] == fingerprint(run, same)) {
    ++same;
  }
  return same;
}

}  // namespace

bool RunFollower::holds(const Run& run) const {
  return iterations_.size() <= run.iterations.size() && epochs_.size() <= run.epochs.size() &&
         (iterations_.empty() ||
          iterations_.back() == fingerprint_of_iteration(run, iterations_.size() - 1)) &&
         (epochs_.empty() || epochs_.back() == fingerprint_of_epoch(run, epochs_.size() - 1));
}

std::optional<RunFollower::Place> RunFollower::rewind(const Run& run) {
  if (holds(run)) {
    return std::nullopt;
  }
  std::size_t epochs = count_same(epochs_, run.epochs.size(), run, fingerprint_of_epoch);
  std::size_t iterations =
      count_same(iterations_, run.iterations.size(), run, fingerprint_of_iteration);
  // An epoch that differs takes with it what came after it.
  if (epochs < epochs_.size() && epochs < run.epochs.size()) {
    while (iterations > 0 &&
           run.iterations[iterations - 1].iteration >= run.epochs[epochs].iterations) {
      --iterations;
    }
  }
  Place place;
  place.iteration = iterations == 0 ? 0 : run.iterations[iterations - 1].iteration + 1;
  while (epochs > 0 && run.epochs[epochs - 1].iterations > place.iteration) {
    --epochs;
  }
  place.epoch = epochs == 0 ? 0 : run.epochs[epochs - 1].epoch + 1;
  iterations_.resize(iterations);
  epochs_.resize(epochs);
  return place;
}

std::optional<RunFollower::Record> RunFollower::next(const Run& run) {
  const std::size_t iteration = iterations_.size();
  const std::size_t epoch = epochs_.size();
  const bool has_iteration = iteration < run.iterations.size();
  if (epoch < run.epochs.size() &&
      (!has_iteration || run.iterations[iteration].iteration >= run.epochs[epoch].iterations)) {
    epochs_.push_back(fingerprint_of_epoch(run, epoch));
    return Record{.is_epoch = true, .index = epoch};
  }
  if (!has_iteration) {
    return std::nullopt;
  }
  iterations_.push_back(fingerprint_of_iteration(run, iteration));
  return Record{.is_epoch = false, .index = iteration};
}

}  // namespace onecycle
