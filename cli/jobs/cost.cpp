#include "jobs/cost.h"

#include "onecycle/core/text.h"

namespace onecycle::cli {
namespace {

double seconds_of(const FitCost& cost, const Work& work) {
  return static_cast<double>(work.iterations) * cost.iteration_seconds +
         static_cast<double>(work.validations) * cost.validation_seconds;
}

}  // namespace

std::string cost_words(const FitCost& cost, const Work& work) {
  std::string time = cat("time: about ", format_duration(seconds_of(cost, work)), ", ",
                         format_count(work.iterations), " iterations of ",
                         format_brief(1000 * cost.iteration_seconds), " ms (three were timed)");
  if (work.validations > 0) {
    time += cat(" and ", format_count(work.validations), " validations of ",
                format_brief(1000 * cost.validation_seconds), " ms");
  }
  return cat(time, "\nmemory: weights ", format_bytes(cost.weights_bytes),
             "; with gradients and what the optimizer remembers ", format_bytes(cost.state_bytes),
             ", the finder's copy as much again; this process so far, with data and libraries, ",
             format_bytes(cost.process_bytes), "\n");
}

Json cost_json(const FitCost& cost, const Work& work) {
  return {{"seconds", seconds_of(cost, work)},
          {"iteration_seconds", cost.iteration_seconds},
          {"validation_seconds", cost.validation_seconds},
          {"weights_bytes", cost.weights_bytes},
          {"state_bytes", cost.state_bytes},
          {"process_bytes", cost.process_bytes}};
}

}  // namespace onecycle::cli
