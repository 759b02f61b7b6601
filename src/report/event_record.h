// Records of TensorBoard event files. Written here: a protobuf library for four small messages
// would be the largest dependency.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onecycle {

/// The first record of a file. `wall_time` is in seconds since 1970. Source of the messages:
/// TensorFlow's `core/util/event.proto` and `core/framework/summary.proto`.
std::string version_record(double wall_time);

/// Tells readers to drop all events of `step` and later: `SessionLog` with the status START.
std::string restart_record(double wall_time, std::int64_t step);

/// The scalars of one step.
class Scalars {
 public:
  /// A value beyond float32 becomes an infinity.
  void add(std::string_view tag, double value);
  [[nodiscard]] std::string record(double wall_time, std::int64_t step) const;

 private:
  std::string summary_;
};

}  // namespace onecycle
