#include "onecycle/schedule/schedule.h"

namespace onecycle {

void Schedule::refuse(std::int64_t iteration, std::int64_t total) {
  fail(ErrorKind::usage, "schedule: expected 0 <= iteration and total >= 1, got iteration ",
       iteration, " of ", total);
}

void Schedule::refuse(double factor, std::int64_t iteration, std::int64_t total) {
  fail(ErrorKind::usage, "schedule: expected a finite factor >= 0, got ", factor, " at iteration ",
       iteration, " of ", total, "; use options nearer to 1");
}

void Schedule::check(std::int64_t total) const {
  self_->check(total);
  (void)at(total, total);  // where what grows is largest
}

}  // namespace onecycle
