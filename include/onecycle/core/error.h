// One exception type: what went wrong, in one line, and the exit code that a program should end
// with.
#pragma once

#include <stdexcept>
#include <string>

#include "onecycle/core/text.h"

namespace onecycle {

/// The kinds of failure; the values are the exit codes of the program.
enum class ErrorKind : int {
  internal = 1,      ///< a defect of this library or a failure of the system under it
  usage = 2,         ///< an argument, flag or option that cannot be used
  data = 3,          ///< a data file or data set that cannot be used
  checkpoint = 4,    ///< weights or a checkpoint that cannot be used
  diverged = 5,      ///< training produced a loss that is not finite
  interrupted = 130  ///< stopped by the user
};

/// Thrown for every failure. `what()` reads `subject: expected X, got Y; do Z`, without a final
/// stop.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] int exit_code() const noexcept { return static_cast<int>(kind_); }

 private:
  ErrorKind kind_;
};

/// Throws `Error(kind, message)`, the message being all parts after one another (see `cat`).
template <class... Parts>
[[noreturn]] void fail(ErrorKind kind, const Parts&... parts) {
  throw Error(kind, cat(parts...));
}

/// Throws as `fail` does unless `condition` holds. The parts are put together only on failure.
template <class... Parts>
void require(bool condition, ErrorKind kind, const Parts&... parts) {
  if (!condition) [[unlikely]] {
    fail(kind, parts...);
  }
}

}  // namespace onecycle
