#include "finder/rules.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

#include "onecycle/finder/stop.h"

namespace onecycle::rules {
namespace {

constexpr double kNoAnswer = std::numeric_limits<double>::quiet_NaN();

/// The first index of the smallest number; the first NaN wins, as in NumPy and PyTorch.
std::size_t arg_min(Numbers x) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) {
      return i;
    }
    if (x[i] < x[best]) {
      best = i;
    }
  }
  return best;
}

/// Change per index: central inside, one-sided at the ends. At least 2 numbers.
double gradient(Numbers y, std::size_t i) {
  if (i == 0) {
    return y[1] - y[0];
  }
  if (i + 1 == y.size()) {
    return y[i] - y[i - 1];
  }
  return (y[i + 1] - y[i - 1]) / 2.0;
}

/// Change per unit of x where the x are unevenly spaced: exact for parabolas inside, one-sided at
/// the ends.
double gradient(Numbers x, Numbers y, std::size_t i) {
  if (i == 0) {
    return (y[1] - y[0]) / (x[1] - x[0]);
  }
  if (i + 1 == y.size()) {
    return (y[i] - y[i - 1]) / (x[i] - x[i - 1]);
  }
  const double left = x[i] - x[i - 1];
  const double right = x[i + 1] - x[i];
  return -right / (left * (left + right)) * y[i - 1] + (right - left) / (left * right) * y[i] +
         left / (right * (left + right)) * y[i + 1];
}

template <class F>
std::size_t arg_min_of(std::size_t count, F f) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = f(i);
  }
  return arg_min(values);
}

/// The end of the longest strictly falling subsequence (the first such end), and its length.
struct Fall {
  std::size_t end = 0;
  std::size_t length = 1;
};

Fall longest_fall(Numbers y) {
  Fall longest;
  std::vector<double> tails;  // tails[n]: the largest end of a fall of n + 1 points; falling
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isnan(y[i])) {
      continue;  // compares with nothing: a fall of one point
    }
    const auto place = std::lower_bound(tails.begin(), tails.end(), y[i], std::greater<>{});
    const auto length = static_cast<std::size_t>(place - tails.begin()) + 1;
    if (place == tails.end()) {
      tails.push_back(y[i]);
    } else {
      *place = y[i];
    }
    if (length > longest.length) {
      longest = {i, length};
    }
  }
  return longest;
}

}  // namespace

double valley(Numbers lr, Numbers loss) {
  const Fall fall = longest_fall(loss);
  if (fall.length == 1) {
    return lr[0];
  }
  // The peer starts one point before the fall. Where that is -1 for a fall of two points, Python
  // takes the last rate of all: we do not.
  const std::ptrdiff_t start =
      static_cast<std::ptrdiff_t>(fall.end) - static_cast<std::ptrdiff_t>(fall.length);
  const double section = static_cast<double>(fall.length) / 3.0;
  const auto index =
      start + static_cast<std::ptrdiff_t>(section) + static_cast<std::ptrdiff_t>(section / 2.0);
  return index < 0 ? kNoAnswer : lr[static_cast<std::size_t>(index)];
}

double slide(Numbers lr, Numbers loss) {
  constexpr std::size_t kSpan = 15;
  constexpr double kSameSlope = 0.005;
  std::size_t right = loss.size() - 1;
  double answer = lr[right - kSpan];
  while (right >= kSpan &&
         std::abs(gradient(loss, right) - gradient(loss, right - kSpan)) > kSameSlope) {
    answer = lr[right - kSpan];
    --right;
  }
  return answer;
}

double steep(Numbers lr, Numbers loss) {
  return lr[arg_min_of(lr.size() - 1, [&](std::size_t i) {
    return (loss[i + 1] - loss[i]) / (std::log(lr[i + 1]) - std::log(lr[i]));
  })];
}

double minimum(Numbers lr, Numbers loss) { return lr[arg_min(loss)] / 10.0; }

double steepest_fall(Numbers lr, Numbers loss) {
  return lr[arg_min_of(lr.size(), [&](std::size_t i) { return gradient(loss, i); })];
}

double ignite(Numbers lr, Numbers loss) {
  const std::size_t lowest = arg_min(loss);
  if (lowest < 2) {
    return kNoAnswer;  // nothing falls: the peer refuses
  }
  return lr[1 +
            arg_min_of(lowest - 1, [&](std::size_t i) { return (loss[i + 2] - loss[i]) / 2.0; })];
}

double lightning(Numbers lr, Numbers loss) {
  return lr[arg_min_of(lr.size(), [&](std::size_t i) { return gradient(lr, loss, i); })];
}

double before_blow_up(Numbers lr, Numbers loss) {
  StopDetector detector;
  for (std::size_t i = 0; i < lr.size(); ++i) {
    if (detector.add(lr[i], loss[i], loss[i])) {
      return i == 0 ? kNoAnswer : lr[i - 1] / 10.0;
    }
  }
  return kNoAnswer;
}

}  // namespace onecycle::rules
