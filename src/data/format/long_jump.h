// How the errors of C libraries, which must not return, leave them without an exception's passing
// through their frames.
#pragma once

#include <algorithm>
#include <array>
#include <csetjmp>
#include <string_view>

namespace onecycle {

class LongJump {
 public:
  /// Calls `action`; false if it came to `leave`. The frames below are then left without any
  /// destructor's running, so `action` and what it calls must have no object that needs one.
  template <class Action>
  bool run(const Action& action) {
    // NOLINTNEXTLINE(modernize-avoid-setjmp-longjmp): C frames are not promised to unwind
    if (setjmp(place_) != 0) {
      return false;
    }
    action();
    return true;
  }

  /// Ends the `run` that is under way, for `reason`.
  [[noreturn]] void leave(std::string_view reason) {
    reason_size_ = std::min(reason.size(), reason_.size());
    std::copy_n(reason.begin(), reason_size_, reason_.begin());
    // NOLINTNEXTLINE(modernize-avoid-setjmp-longjmp): as above
    std::longjmp(place_, 1);
  }

  /// What the last `leave` gave.
  [[nodiscard]] std::string_view reason() const { return {reason_.data(), reason_size_}; }

 private:
  std::jmp_buf place_{};
  std::array<char, 200> reason_{};
  std::size_t reason_size_ = 0;
};

}  // namespace onecycle
