// Somebody's program on onecycle::base: the shape of a 1cycle run, without LibTorch.
#include <cstdlib>
#include <iostream>

#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/schedule.h"

int main() {
  const onecycle::Schedule schedule = onecycle::OneCycle{.pct_start = 0.5};
  const double first = schedule.at(0, 100).lr;
  const double peak = schedule.at(50, 100).lr;
  const double last = schedule.at(100, 100).lr;
  std::cout << schedule.text() << ": " << first << ' ' << peak << ' ' << last << '\n';
  return last < first && first < peak && peak == 1.0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
