#include "onecycle/finder/sweep.h"

#include <cmath>

#include "onecycle/core/error.h"

namespace onecycle {
namespace {

double position(Grid grid, Spacing spacing, double k, double n) {
  switch (grid) {
    case Grid::fastai:
    case Grid::fastai07:
      return k / n;
    case Grid::torch_lr_finder:
      return k / (n - 1.0);
    case Grid::ignite:
      return spacing == Spacing::linear ? k / n : (k + 1.0) / n;
    case Grid::lightning:
      return k == 0.0 ? 0.0 : (k + 1.0) / n;
  }
  fail(ErrorKind::internal, "finder: grid: expected a known one, got ", static_cast<int>(grid));
}

}  // namespace

void Sweep::check() const {
  require(std::isfinite(start_lr) && start_lr > 0.0, ErrorKind::usage,
          "finder: start_lr: expected a finite rate > 0, got ", start_lr);
  require(std::isfinite(end_lr) && end_lr > 0.0, ErrorKind::usage,
          "finder: end_lr: expected a finite rate > 0, got ", end_lr);
  require(start_lr < end_lr, ErrorKind::usage, "finder: rates: expected start_lr < end_lr, got ",
          start_lr, " and ", end_lr, "; the sweep goes upwards");
  require(num_it >= kFewestPoints, ErrorKind::usage, "finder: num_it: expected at least ",
          kFewestPoints, " iterations, got ", num_it, "; fewer points show no curve");
}

std::int64_t Sweep::iterations() const { return grid == Grid::ignite ? num_it + 1 : num_it; }

double Sweep::rate(std::int64_t iteration) const {
  const double q =
      position(grid, spacing, static_cast<double>(iteration), static_cast<double>(num_it));
  if (spacing == Spacing::exponential) {
    const double ratio = end_lr / start_lr;
    return std::isfinite(ratio)
               ? start_lr * std::pow(ratio, q)
               : std::exp(std::log(start_lr) + q * (std::log(end_lr) - std::log(start_lr)));
  }
  return grid == Grid::fastai07 ? q * end_lr : start_lr + q * (end_lr - start_lr);
}

}  // namespace onecycle
