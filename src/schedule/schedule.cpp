#include "onecycle/schedule/schedule.h"

#include <cmath>

namespace onecycle {

void Schedule::refuse(std::int64_t iteration, std::int64_t total) {
  fail(ErrorKind::usage, "schedule: expected 0 <= iteration and total >= 1, got iteration ",
       iteration, " of ", total);
}

void Schedule::check(std::int64_t total) const {
  self_->check(total);
  const double last = at(total, total).lr;
  require(std::isfinite(last), ErrorKind::usage, "schedule '", text(),
          "': expected finite rates in a run of ", total, " iterations, got ", last,
          " at its end; let it grow less");
}

}  // namespace onecycle
