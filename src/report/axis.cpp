#include "report/axis.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "onecycle/core/text.h"

namespace onecycle {
namespace {

/// Whether labels could tell the ends apart, and steps between them be counted.
bool wide(const Interval& range) {
  constexpr double kNarrowest = 1e-9;
  // Halves, here and below: a difference of finite numbers may be infinite.
  const double half = range.high / 2 - range.low / 2;
  return half > kNarrowest * std::max(std::abs(range.low), std::abs(range.high));
}

Axis axis_over(const Plot& plot, bool log, const std::function<double(double, double)>& pick) {
  Axis axis{{0.0, 0.0}, log};
  bool any = false;
  const auto include = [&](double x, double y) {
    if (can_draw(plot, x, y)) {
      const double value = pick(x, y);
      axis.range = any ? Interval{std::min(axis.range.low, value), std::max(axis.range.high, value)}
                       : Interval{value, value};
      any = true;
    }
  };
  for (const Series& series : plot.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      include(series.x[i], series.y[i]);
    }
  }
  for (const Mark& mark : plot.marks) {
    include(mark.x, mark.y);
  }
  if (!wide(axis.range)) {
    // One value only, or none: any interval around it will do.
    const double middle = any ? axis.range.low : 1.0;
    const double half = middle == 0.0 ? 1.0 : std::abs(middle) / 2;
    axis.range = {middle - half, middle + half};
  }
  return axis;
}

std::vector<double> log_ticks(const Interval& range, int count) {
  const int first = static_cast<int>(std::floor(std::log10(range.low)));
  const int last = static_cast<int>(std::ceil(std::log10(range.high)));
  const int step = std::max(1, (last - first + count - 1) / std::max(count, 1));
  const double decades = std::log10(range.high) - std::log10(range.low);
  const bool between = 3 * decades <= count;  // room for 2 and 5, too
  std::vector<double> ticks;
  for (int power = first; power <= last; power += step) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, power);
      if ((factor == 1.0 || between) && std::isfinite(value) && value >= range.low * 0.999 &&
          value <= range.high * 1.001) {
        ticks.push_back(value);
      }
    }
  }
  return ticks;
}

}  // namespace

double Axis::position(double value) const {
  if (log) {
    return (std::log(value) - std::log(range.low)) / (std::log(range.high) - std::log(range.low));
  }
  return (value / 2 - range.low / 2) / (range.high / 2 - range.low / 2);
}

std::vector<double> Axis::ticks(int count) const {
  if (log) {
    return log_ticks(range, count);
  }
  const double rough = range.high / std::max(count, 2) - range.low / std::max(count, 2);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10.0 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    step = factor * power >= rough ? factor * power : step;
  }
  std::vector<double> ticks;
  const double last = std::floor(range.high / step + 1e-9);
  for (double k = std::ceil(range.low / step - 1e-9); k <= last; ++k) {
    ticks.push_back(k * step + 0.0);  // no negative zero
  }
  return ticks;
}

Axis x_axis(const Plot& plot) {
  return axis_over(plot, plot.log_x, [](double x, double) { return x; });
}

Axis y_axis(const Plot& plot) {
  if (plot.y_range && plot.y_range->low < plot.y_range->high && wide(*plot.y_range) &&
      (!plot.log_y || plot.y_range->low > 0.0)) {
    return {*plot.y_range, plot.log_y};
  }
  return axis_over(plot, plot.log_y, [](double, double y) { return y; });
}

bool can_draw(const Plot& plot, double x, double y) {
  return std::isfinite(x) && std::isfinite(y) && (!plot.log_x || x > 0.0) &&
         (!plot.log_y || y > 0.0);
}

std::string tick_label(double value, bool log) {
  if (log && (value < 0.049 || value > 1001.0)) {
    const int power = static_cast<int>(std::floor(std::log10(value) + 1e-9));
    return cat(std::llround(value / std::pow(10.0, power)), "e", power);
  }
  return format_brief(value, 4);
}

}  // namespace onecycle
