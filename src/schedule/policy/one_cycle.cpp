#include "onecycle/schedule/policy/one_cycle.h"

#include <algorithm>
#include <cmath>

#include "onecycle/schedule/curve.h"

namespace onecycle {
namespace {

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

struct Resolved {
  double first;  // rates as factors of the peak
  double last;
  double pct;
  double momentum_end;
};

Resolved resolve(const OneCycle& policy) {
  using enum OneCycleConvention;
  const double first = 1.0 / policy.div;
  double last = 0.0;
  switch (policy.convention) {
    case fastai2:
      last = 1.0 / policy.div_final.value_or(1e5);
      break;
    case fastai1:
      last = 1.0 / policy.div_final.value_or(policy.div * 1e4);
      break;
    case torch:
    case optax:
      last = first / policy.div_final.value_or(1e4);
      break;
  }
  return {first, last, policy.pct_start.value_or(policy.convention == fastai2 ? 0.25 : 0.3),
          policy.momentum_end.value_or(policy.momentum_start)};
}

Corners corners_of(const OneCycle& policy, double total) {
  using enum OneCycleConvention;
  const Resolved r = resolve(policy);
  const double high = policy.momentum_start;
  const double low = policy.momentum_peak;
  const double whole_peak = std::floor(r.pct * total);
  switch (policy.convention) {
    case fastai2:
      return {{{{0.0, r.first, high}, {r.pct * total, 1.0, low}, {total, r.last, r.momentum_end}}},
              3};
    case fastai1: {
      // One update rises even where the rising part has no length, and the fall keeps its own.
      const double peak = std::max(1.0, whole_peak);
      return {{{{0.0, r.first, high},
                {peak, 1.0, low},
                {peak + (total - whole_peak), r.last, r.momentum_end}}},
              3};
    }
    case torch: {
      const double peak = r.pct * total - 1.0;
      if (policy.three_phase) {
        return {{{{0.0, r.first, high},
                  {peak, 1.0, low},
                  {2.0 * peak, r.first, r.momentum_end},
                  {total - 1.0, r.last, r.momentum_end}}},
                4};
      }
      return {{{{0.0, r.first, high}, {peak, 1.0, low}, {total - 1.0, r.last, r.momentum_end}}}, 3};
    }
    case optax:
      break;
  }
  if (policy.shape == OneCycleShape::linear) {
    return {{{{0.0, r.first, high},
              {whole_peak, 1.0, low},
              {std::floor(policy.pct_final * total), r.first, r.momentum_end},
              {total, r.last, r.momentum_end}}},
            4};
  }
  return {{{{0.0, r.first, high}, {whole_peak, 1.0, low}, {total, r.last, r.momentum_end}}}, 3};
}

}  // namespace

void OneCycle::check() const {
  using enum OneCycleConvention;
  require(!three_phase || convention == torch, ErrorKind::usage,
          "one_cycle: three_phase: expected the torch convention, got ",
          names_of(convention)[static_cast<std::size_t>(convention)],
          "; set convention=torch or leave three_phase out");
  require(
      convention != optax || shape != OneCycleShape::linear || pct_final >= pct_start.value_or(0.3),
      ErrorKind::usage, "one_cycle: pct_final: expected at least pct_start (",
      pct_start.value_or(0.3), "), got ", pct_final);
}

Values OneCycle::at(Position position) const {
  const Corners corners = corners_of(*this, static_cast<double>(position.total));
  const auto t = static_cast<double>(position.iteration);
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
  // One cosine serves both: it is by far the dearest part.
  const double share = shape == OneCycleShape::cosine ? interpolate(Shape::cosine, 0.0, 1.0, q) : q;
  Values values{.lr = interpolate(Shape::linear, from.lr, to.lr, share)};
  if (cycle_momentum.value_or(convention != OneCycleConvention::optax)) {
    values.momentum = interpolate(Shape::linear, from.momentum, to.momentum, share);
  }
  return values;
}

}  // namespace onecycle
