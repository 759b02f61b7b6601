#include "program/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "onecycle/core/error.h"

namespace onecycle::cli {
namespace {

volatile std::sig_atomic_t pressed = 0;

void note(int /*signal*/) {
  if (pressed != 0) {
    _exit(static_cast<int>(ErrorKind::interrupted));
  }
  pressed = 1;
}

}  // namespace

void catch_interrupt() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);  // what a scheduler of jobs sends before it kills
}

bool interrupted() { return pressed != 0; }

}  // namespace onecycle::cli
