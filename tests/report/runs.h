// A small run with everything a report can show, made by formulas.
#pragma once

#include <cmath>
#include <string>

#include "onecycle/record/run.h"

namespace onecycle {

inline FindRecord small_find() {
  FindRecord find;
  for (int i = 0; i < 60; ++i) {
    const double lr = 1e-6 * std::pow(10.0, i / 9.0);
    const double rise = std::max(0.0, std::log10(lr) + 0.5);
    find.lr.push_back(lr);
    find.smoothed.push_back(2.3 - 1.8 / (1.0 + 0.01 / lr) + 40.0 * rise * rise);
    find.loss.push_back(find.smoothed.back() + 0.05 * std::sin(7.0 * i));
  }
  find.suggestions = {{"valley", 0.004, ""}, {"steep", 0.01, ""}, {"slide", {}, "it is too short"}};
  find.stopped = "the loss rose to 4 times its lowest";
  find.batches = 60;
  find.epochs = 2.5;
  return find;
}

/// Two groups, `epochs` epochs of 8 iterations; the validation loss is lowest in the last but one.
inline Run small_run(std::int64_t epochs = 4) {
  Run run;
  run.name = "small";
  run.groups = {"body", "head"};
  run.metrics = {"accuracy"};
  const std::int64_t count = 8 * epochs;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<double>(i);
    const double part = at / static_cast<double>(count);
    const double lr = 0.1 * std::sin(3.1 * part) + 0.001;
    run.iterations.push_back({i, i / 8, 1, 64, 2.0 - part + 0.1 * std::sin(9.0 * at), 2.0 - part});
    run.values.push_back({lr / 10, 0.95 - lr, 0.01});
    run.values.push_back({lr, 0.95 - lr, 0.01});
  }
  for (std::int64_t e = 0; e < epochs; ++e) {
    const auto part = static_cast<double>(e);
    const double loss = e + 1 < epochs ? 1.5 - 0.1 * part : 1.45;
    run.epochs.push_back({e, 8 * (e + 1), loss + 0.1, loss, {0.5 + 0.1 * part}, 0.5});
  }
  run.find = small_find();
  run.settings = {{"batch_size", "64"}, {"policy", "one_cycle"}};
  run.environment = {{"threads", "2"}};
  return run;
}

}  // namespace onecycle
