#include "onecycle/report/jsonl_log.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "onecycle/core/text.h"
#include "record/phases.h"

namespace onecycle {
namespace {

std::string text_of(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

OrderedJson object_of(const std::vector<Fact>& facts) {
  OrderedJson object = OrderedJson::object();
  for (const auto& fact : facts) {
    object[fact.name] = fact.value;
  }
  return object;
}

std::string begin_line(const Run& run) {
  return text_of({{"event", "begin"},
                  {"name", run.name},
                  {"groups", run.groups},
                  {"settings", object_of(run.settings)},
                  {"environment", object_of(run.environment)}}) +
         "\n";
}

// The lines of numbers are put together here: nlohmann's are not always the shortest, and an object
// an iteration costs more than its text.

std::string number(double value) {
  if (!std::isfinite(value)) {
    return "null";
  }
  // Readers take `-0` for the integer 0.
  return value == 0.0 && std::signbit(value) ? "-0.0" : format_number(value);
}

std::string number(const std::optional<double>& value) { return value ? number(*value) : "null"; }

/// The names as keys, with quotes.
std::vector<std::string> keys_of(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const auto& name : names) {
    keys.push_back(text_of(name));
  }
  return keys;
}

/// `{KEY:VALUE,...}`, the value of each key from `value_at(index)`.
template <class Function>
std::string object(const std::vector<std::string>& keys, Function value_at) {
  std::string text = "{";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    text += cat(i == 0 ? "" : ",", keys[i], ":", number(value_at(i)));
  }
  return text + "}";
}

std::string iteration_line(const Run& run, std::size_t index,
                           const std::vector<std::string>& groups) {
  const IterationRecord& record = run.iterations[index];
  const auto values = [&](double GroupValues::*field) {
    return object(groups, [&](std::size_t group) { return run.at(index, group).*field; });
  };
  return cat(R"({"event":"iteration","iteration":)", record.iteration, R"(,"epoch":)", record.epoch,
             R"(,"batches":)", record.batches, R"(,"examples":)", record.examples, R"(,"loss":)",
             number(record.loss), R"(,"smoothed":)", number(record.smoothed), R"(,"grad_norm":)",
             number(record.grad_norm), R"(,"lr":)", values(&GroupValues::lr), R"(,"momentum":)",
             values(&GroupValues::momentum), R"(,"weight_decay":)",
             values(&GroupValues::weight_decay), "}\n");
}

std::string phases(const PhaseSeconds& seconds) {
  std::string text;
  for (const TimedPhase& phase : kTimedPhases) {
    text += cat(",\"", phase.name, "_seconds\":", number(seconds.*phase.seconds));
  }
  return text;
}

std::string epoch_line(const EpochRecord& record, const std::vector<std::string>& metrics) {
  const auto metric = [&](std::size_t i) {
    return i < record.metrics.size() ? std::optional(record.metrics[i]) : std::nullopt;
  };
  return cat(R"({"event":"epoch","epoch":)", record.epoch, R"(,"iterations":)", record.iterations,
             R"(,"frozen":)", record.frozen, R"(,"train_loss":)", number(record.train_loss),
             R"(,"valid_loss":)", number(record.valid_loss), R"(,"metrics":)",
             object(metrics, metric), R"(,"seconds":)", number(record.seconds),
             phases(record.phases), "}\n");
}

}  // namespace

JsonLinesLog::JsonLinesLog(const std::filesystem::path& path) : file_(path) {}

void JsonLinesLog::update(const Run& run) {
  if (!std::exchange(begun_, true)) {
    file_.append(begin_line(run));
  }
  if (const auto place = follower_.rewind(run)) {
    file_.append(cat(R"({"event":"rewind","iteration":)", place->iteration, R"(,"epoch":)",
                     place->epoch, "}\n"));
  }
  const auto groups = keys_of(run.groups);
  const auto metrics = keys_of(run.metrics);
  while (const auto record = follower_.next(run)) {
    file_.append(record->is_epoch ? epoch_line(run.epochs[record->index], metrics)
                                  : iteration_line(run, record->index, groups));
  }
  file_.flush();
}

}  // namespace onecycle
