// What every fuzz target shares: an input may be refused with an `Error`; anything else is a bug.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "onecycle/core/error.h"

namespace onecycle::fuzz {

/// The target: hands `text`, which may be any bytes, to a reader. Each `fuzz_<name>.cpp` defines
/// one; `entry.cpp` makes a fuzzer of it, `replay.cpp` a test of the inputs in `corpus/`.
void read(std::string_view text);

/// Ends the program, with `what` on stderr, unless `condition` holds.
inline void expect(bool condition, std::string_view what) {
  if (!condition) {
    std::fprintf(stderr, "expected %s\n", std::string(what).c_str());
    std::abort();
  }
}

/// Runs `action`, which may throw any `Error` but one that admits a defect of ours. Other
/// exceptions pass, and end the program.
template <class Action>
void may_refuse(Action action) {
  try {
    action();
  } catch (const Error& error) {
    expect(error.kind() != ErrorKind::internal, cat("no internal error, got ", error.what()));
  }
}

}  // namespace onecycle::fuzz
