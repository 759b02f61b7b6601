#include "onecycle/schedule/policy/one_cycle.h"

#include <algorithm>
#include <cmath>

#include "onecycle/schedule/curve.h"

namespace onecycle {
namespace {

using enum OneCycleConvention;

/// A corner of the cycle: where it lies (in updates, not always whole) and what holds there.
struct Corner {
  double at;
  double lr;
  double momentum;
};

/// At most four corners; each convention is a list of them, all else is common.
struct Corners {
  std::array<Corner, 4> list;
  std::size_t count;
};

/// What an option stands for in one convention if it is not set.
struct Defaults {
  double pct_start;
  double div;
  double div_final;
  double pct_final;
  bool final_from_first;  ///< `div_final` counts from the first rate, not from the peak
  bool straight;          ///< lines are all that there is
};

Defaults defaults_of(const OneCycle& policy) {
  switch (policy.convention) {
    case fastai2:
      return {0.25, 25.0, 1e5, 1.0, false, false};
    case fastai1:
      return {0.3, 25.0, policy.div.value_or(25.0) * 1e4, 1.0, false, false};
    case torch:
      return {0.3, 25.0, 1e4, 1.0, true, false};
    case fastai07:
      return {0.125, 4.0, 1.0, 1.0, true, true};
    case fastai07_beta:
      return {0.45, 10.0, 100.0, 0.9, true, true};
    case smith:
      return {0.45, 10.0, 1000.0, 0.9, true, true};
    case optax:
      break;
  }
  return {0.3, 25.0, 1e4, 0.85, true, false};
}

OneCycleShape shape_of(const OneCycle& policy, const Defaults& defaults) {
  return policy.shape.value_or(defaults.straight ? OneCycleShape::linear : OneCycleShape::cosine);
}

/// Up to `peak`, back to the first values at `back`, on to the last ones at `end`.
Corners up_and_down(const Corner& first, double peak, double low_momentum, double back,
                    const Corner& last) {
  return {{{first, {peak, 1.0, low_momentum}, {back, first.lr, last.momentum}, last}}, 4};
}

Corners corners_of(const OneCycle& policy, const Defaults& defaults, double total) {
  const double pct = policy.pct_start.value_or(defaults.pct_start);
  const double pct_final = policy.pct_final.value_or(defaults.pct_final);
  const double low = policy.momentum_peak;
  const Corner first{0.0, 1.0 / policy.div.value_or(defaults.div), policy.momentum_start};
  const Corner last{
      total,
      (defaults.final_from_first ? first.lr : 1.0) / policy.div_final.value_or(defaults.div_final),
      policy.momentum_end.value_or(policy.momentum_start)};
  switch (policy.convention) {
    case fastai2:
      return {{{first, {pct * total, 1.0, low}, last}}, 3};
    case fastai1: {
      // One update rises even where the rising part has no length, and the fall keeps its own.
      const double whole_peak = std::floor(pct * total);
      const double peak = std::max(1.0, whole_peak);
      return {{{first, {peak, 1.0, low}, {peak + (total - whole_peak), last.lr, last.momentum}}},
              3};
    }
    case torch: {
      const double peak = pct * total - 1.0;
      const Corner end{total - 1.0, last.lr, last.momentum};
      return policy.three_phase ? up_and_down(first, peak, low, 2.0 * peak, end)
                                : Corners{{{first, {peak, 1.0, low}, end}}, 3};
    }
    case fastai07:
      // The peer divides by a whole number: a third of 30 is 10.
      return {{{first, {std::floor(pct * total + 1e-9), 1.0, low}, last}}, 3};
    case fastai07_beta: {
      const double half = std::floor(total * pct_final / 2.0 + 1e-9);
      return up_and_down(first, half, low, 2.0 * half, last);
    }
    case smith:
      return up_and_down(first, total * pct_final / 2.0, low, total * pct_final, last);
    case optax:
      break;
  }
  const double whole_peak = std::floor(pct * total);
  if (shape_of(policy, defaults) == OneCycleShape::linear) {
    return up_and_down(first, whole_peak, low, std::floor(pct_final * total), last);
  }
  return {{{first, {whole_peak, 1.0, low}, last}}, 3};
}

/// Between which two corners update `t` lies, and which part of the way is done.
struct Place {
  const Corner* from;
  const Corner* to;
  double share;
};

Place place_of(const Corners& corners, double t, OneCycleShape shape) {
  // The first phase whose end is not behind; PyTorch counts an end to the phase before it, fastai
  // to the one after, which is the same where the curves meet.
  std::size_t i = 1;
  while (i + 1 < corners.count && t > corners.list[i].at) {
    ++i;
  }
  const Corner& from = corners.list[i - 1];
  const Corner& to = corners.list[i];
  const double width = to.at - from.at;
  const double q = width > 0.0 ? (t - from.at) / width : 1.0;
  // One cosine serves rate and momentum: it is by far the dearest part.
  return {&from, &to, shape == OneCycleShape::cosine ? interpolate(Shape::cosine, 0.0, 1.0, q) : q};
}

}  // namespace

void OneCycle::check() const {
  const auto name_of = [](auto value) { return detail::print_value(value); };
  require(!three_phase || convention == torch, ErrorKind::usage,
          "one_cycle: three_phase: expected the torch convention, got ", name_of(convention),
          "; set convention=torch or leave three_phase out");
  const Defaults defaults = defaults_of(*this);
  require(!defaults.straight || shape_of(*this, defaults) == OneCycleShape::linear,
          ErrorKind::usage, "one_cycle: shape: expected linear, which is all that the convention ",
          name_of(convention), " has, got cosine; leave shape out");
  const bool tailed = convention == optax && shape_of(*this, defaults) == OneCycleShape::linear;
  const double start = pct_start.value_or(defaults.pct_start);
  const double end = pct_final.value_or(defaults.pct_final);
  require(!tailed || end >= start, ErrorKind::usage,
          "one_cycle: pct_final: expected at least pct_start (", start, "), got ", end);
}

Values OneCycle::at(Position position) const {
  const Defaults defaults = defaults_of(*this);
  const Corners corners = corners_of(*this, defaults, static_cast<double>(position.total));
  const OneCycleShape curve = shape_of(*this, defaults);
  const auto t = static_cast<double>(position.iteration);
  const Place place = place_of(corners, t, curve);
  Values values{.lr = interpolate(Shape::linear, place.from->lr, place.to->lr, place.share)};
  if (cycle_momentum.value_or(convention != optax)) {
    const bool ahead = convention == fastai07 || convention == fastai07_beta;
    const double end = corners.list[corners.count - 1].at;
    const Place moved = ahead ? place_of(corners, std::min(t + 1.0, end), curve) : place;
    values.momentum =
        interpolate(Shape::linear, moved.from->momentum, moved.to->momentum, moved.share);
  }
  return values;
}

}  // namespace onecycle
