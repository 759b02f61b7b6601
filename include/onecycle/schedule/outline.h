// What a schedule is made of, as plain data: what its notation and its JSON are written from and
// read into.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onecycle/schedule/field.h"
#include "onecycle/schedule/length.h"

namespace onecycle {

/// A policy with its options, or a composition of outlines.
struct Outline {
  enum class Kind {
    policy,    ///< `name` and `settings`
    sequence,  ///< `parts` after one another, each for its `length`
    over,      ///< the first of two `parts` laid over the beginning of the second
    product,   ///< rates multiplied
    chain,     ///< rates multiplied step by step, as PyTorch's ChainedScheduler does
    with       ///< the first of two `parts`, and the second as the hyper-parameter `name`
  };
  Kind kind = Kind::policy;
  std::string name = {};
  std::vector<Setting> settings = {};
  std::vector<Outline> parts = {};
  Length length = Length::rest();  ///< as a part of a sequence, or as the first part of `over`
  std::string place = {};          ///< where it stands in what it was read from: `column 12`
};

/// The notation that `parse_schedule` reads.
std::string notation(const Outline& outline);

/// Reads a name with its options and nothing else, as in `statistical(factor=0.5)`; a `what`
/// (`plateau`) is what it names. Throws a usage error that names the column.
Outline parse_named(std::string_view text, std::string_view what, std::string_view article = "a");

}  // namespace onecycle
