#include "onecycle/schedule/schedule.h"

namespace onecycle {

void Schedule::refuse(std::int64_t iteration, std::int64_t total) {
  fail(ErrorKind::usage, "schedule: expected 0 <= iteration and total >= 1, got iteration ",
       iteration, " of ", total);
}

void Schedule::refuse(double factor) {
  fail(ErrorKind::usage, "schedule: expected a finite factor >= 0, got ", factor,
       "; use options nearer to 1");
}

std::string detail::policy_text(std::string_view name, const std::vector<Setting>& settings) {
  std::vector<std::string> pieces;
  for (const Setting& setting : settings) {
    if (setting.value != "auto") {
      pieces.push_back(cat(setting.name, "=", setting.value));
    }
  }
  return pieces.empty() ? std::string(name) : cat(name, "(", join(pieces, ", "), ")");
}

}  // namespace onecycle
