// What training will cost, in words and as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "onecycle/train/fit_cost.h"
#include "program/output.h"

namespace onecycle::cli {

/// What is going to be done.
struct Work {
  std::int64_t iterations = 0;
  std::int64_t validations = 0;
};

/// Two lines: time, memory.
std::string cost_words(const FitCost& cost, const Work& work);

Json cost_json(const FitCost& cost, const Work& work);

}  // namespace onecycle::cli
