#include "train/record_tensors.h"

#include <torch/utils.h>

#include <cstdint>
#include <optional>
#include <span>

#include "onecycle/core/error.h"
#include "record/run_rows.h"

namespace onecycle {
namespace {

/// The fields of one row after the other. What may be missing takes two: whether it is there, and
/// what it is.
class Numbers {
 public:
  void operator()(std::int64_t value) { list_.push_back(static_cast<double>(value)); }
  void operator()(double value) { list_.push_back(value); }
  void operator()(const std::optional<double>& value) {
    list_.push_back(value ? 1.0 : 0.0);
    list_.push_back(value.value_or(0.0));
  }

  [[nodiscard]] torch::Tensor table(std::size_t rows) const {
    const auto count = static_cast<std::int64_t>(rows);
    return torch::tensor(list_, torch::kDouble)
        .reshape({count, count == 0 ? 0 : static_cast<std::int64_t>(list_.size()) / count});
  }

 private:
  std::vector<double> list_;
};

class NumberReader {
 public:
  NumberReader(const NamedTensors& tensors, const std::string& name, std::string source)
      : name_(name), source_(std::move(source)) {
    for (const auto& [key, tensor] : tensors) {
      if (key == name) {
        table_ = tensor.contiguous();
      }
    }
    require(table_.defined() && table_.dim() == 2 && table_.scalar_type() == torch::kDouble,
            ErrorKind::checkpoint, source_, ": expected the table '", name,
            "' of the record, got none");
  }

  [[nodiscard]] std::int64_t rows() const { return table_.size(0); }

  void operator()(std::int64_t& value) { value = static_cast<std::int64_t>(next()); }
  void operator()(double& value) { value = next(); }
  void operator()(std::optional<double>& value) {
    const bool there = next() != 0.0;
    const double number = next();
    value = there ? std::optional(number) : std::nullopt;
  }

  void require_end() const {
    require(at_ == table_.numel(), ErrorKind::checkpoint, source_, ": expected ", at_,
            " numbers in the table '", name_, "', got ", table_.numel());
  }

 private:
  double next() {
    require(at_ < table_.numel(), ErrorKind::checkpoint, source_, ": expected more than ",
            table_.numel(), " numbers in the table '", name_, "'");
    return table_.const_data_ptr<double>()[at_++];
  }

  std::string name_;
  std::string source_;
  torch::Tensor table_;
  std::int64_t at_ = 0;
};

}  // namespace

NamedTensors record_tensors(const Run& run) {
  Numbers iterations;
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    write_iteration(iterations, run, i);
  }
  Numbers epochs;
  for (const EpochRecord& epoch : run.epochs) {
    write_epoch(epochs, run, epoch);
  }
  NamedTensors tensors = {{"iterations", iterations.table(run.iterations.size())},
                          {"epochs", epochs.table(run.epochs.size())}};
  if (run.find) {
    const FindRecord& find = *run.find;
    Numbers points;
    for (std::size_t i = 0; i < find.lr.size(); ++i) {
      find_row(points, find.lr[i], find.loss[i], find.smoothed[i], find.planned);
    }
    tensors.emplace_back("find", points.table(find.lr.size()));
  }
  return tensors;
}

void read_record_tensors(const NamedTensors& tensors, const std::string& source, Run& run) {
  const std::size_t groups = run.groups.size();
  NumberReader iterations(tensors, "iterations", source);
  run.iterations.resize(static_cast<std::size_t>(iterations.rows()));
  run.values.resize(run.iterations.size() * groups);
  for (std::size_t i = 0; i < run.iterations.size(); ++i) {
    iteration_row(iterations, run.iterations[i], std::span(run.values).subspan(i * groups, groups));
  }
  iterations.require_end();
  NumberReader epochs(tensors, "epochs", source);
  run.epochs.resize(static_cast<std::size_t>(epochs.rows()));
  for (EpochRecord& epoch : run.epochs) {
    std::vector<std::optional<double>> metrics(run.metrics.size());
    epoch_row(epochs, epoch, metrics);
    for (const auto& metric : metrics) {
      if (metric) {
        epoch.metrics.push_back(*metric);
      }
    }
  }
  epochs.require_end();
  if (run.find) {
    NumberReader points(tensors, "find", source);
    for (std::int64_t i = 0; i < points.rows(); ++i) {
      find_row(points, run.find->lr.emplace_back(), run.find->loss.emplace_back(),
               run.find->smoothed.emplace_back(), run.find->planned);
    }
    points.require_end();
  }
}

}  // namespace onecycle
