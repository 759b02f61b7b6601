// Ctrl-C: the first one asks to end in order, the second one ends at once.
#pragma once

#include "onecycle/train/callback.h"

namespace onecycle::cli {

/// From now on Ctrl-C and SIGTERM are noted instead of ending the program.
void catch_interrupt();

/// Whether Ctrl-C was pressed.
[[nodiscard]] bool interrupted();

/// Ends a fit after the iteration during which Ctrl-C was pressed.
class StopOnInterrupt final : public Callback {
 public:
  Action at_rest(const FitContext& /*fit*/) override {
    return interrupted() ? Action::stop_fit : Action::proceed;
  }
};

}  // namespace onecycle::cli
