#include "onecycle/report/spread.h"

#include <algorithm>

namespace onecycle {

std::optional<Spread> spread_of(std::vector<double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 || values[middle - 1] == values[middle]
                            ? values[middle]
                            : (values[middle - 1] + values[middle]) / 2;
  return Spread{median, values.front(), values.back()};
}

bool overlap(const Spread& a, const Spread& b) { return a.low <= b.high && b.low <= a.high; }

}  // namespace onecycle
