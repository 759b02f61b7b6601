// Schedules made of schedules.
#pragma once

#include <string>
#include <vector>

#include "onecycle/schedule/length.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle {

/// One part of a sequence.
struct Part {
  Schedule schedule;
  Length length = Length::rest();
};

/// The parts after one another, each seeing its own stretch as a whole run. A share is rounded to
/// whole iterations (of the sum of shares so far, so that roundings do not add up); the parts that
/// are called `rest` divide what is left. If counts exceed the run, the later parts are cut off,
/// and `Schedule::check` complains if that leaves nothing of one. A part that prescribes no
/// momentum or weight decay keeps those at which the part before it stopped. Throws a usage error
/// if there are no parts, a count is not a whole number of at least 1, or shares exceed 1 together.
Schedule sequence(std::vector<Part> parts);

/// `head` for `length`, then `main`, which counts from the beginning of the run as if `head` had
/// not been: a warm-up that takes the first part of a cosine away. Momentum is the head's where it
/// has one. Source: timm's schedulers with `warmup_prefix=False`.
Schedule over(Schedule head, Length length, Schedule main);

/// Rates multiplied; of momentum, weight decay and each other hyper-parameter that of the last
/// factor which prescribes it.
Schedule product(std::vector<Schedule> factors);

/// Rates multiplied step by step: each update, each part in turn moves the rate by its own ratio
/// f(t+1)/f(t). The same as `product` but for parts with a floor (`cosine(end=0.01)`), which move
/// only what lies above it, so that the rate ends there whatever the other parts do; from there
/// such a part, with `t_max` one that ends at 0 too, comes back by its own differences. A value
/// costs time in proportion to its iteration if there is such a part. Source: PyTorch,
/// ChainedScheduler.
Schedule chain(std::vector<Schedule> parts);

/// `main`, and the hyper-parameter `name` moved by `value`: for `momentum` its factor is the
/// momentum, for `weight_decay` it multiplies each group's, for any other name it is the value.
/// Throws a usage error if `name` is `lr`, or not made of letters, digits and `_`.
Schedule with_parameter(Schedule main, std::string name, Schedule value);

}  // namespace onecycle
