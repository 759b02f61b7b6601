#include "onecycle/schedule/combined_curve.h"

#include <cmath>
#include <utility>

#include "onecycle/core/error.h"

namespace onecycle {

CombinedCurve::CombinedCurve(std::vector<Phase> phases) : phases_(std::move(phases)) {
  require(!phases_.empty(), ErrorKind::usage,
          "combined curve: expected at least one phase, got none");
  double edge = 0.0;
  for (const Phase& phase : phases_) {
    require(phase.share >= 0.0, ErrorKind::usage,
            "combined curve: expected shares of the whole that are not negative, got ",
            phase.share);
    edges_.push_back(edge);
    edge += phase.share;
  }
  require(std::abs(edge - 1.0) <= 1e-9, ErrorKind::usage,
          "combined curve: expected shares that add up to 1, got ", edge);
  edges_.push_back(1.0);
}

double CombinedCurve::at(double position) const {
  std::size_t i = phases_.size() - 1;
  while (i > 0 && (edges_[i] > position || edges_[i] >= 1.0)) {
    --i;
  }
  if (position >= 1.0) {
    i = phases_.size() - 1;
  }
  const Phase& phase = phases_[i];
  const double width = edges_[i + 1] - edges_[i];
  const double q = width > 0.0 ? (position - edges_[i]) / width : 1.0;
  return interpolate(phase.shape, phase.start, phase.end, q, phase.power);
}

double combined_cosine(double pct, double start, double middle, double end, double position) {
  if (position < pct) {
    return interpolate(Shape::cosine, start, middle, position / pct);
  }
  return pct < 1.0 ? interpolate(Shape::cosine, middle, end, (position - pct) / (1.0 - pct)) : end;
}

}  // namespace onecycle
