// A training run as a schedule sees it, compared with what a peer's optimizer held.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "golden.h"
#include "onecycle/schedule/schedule.h"

namespace onecycle::golden {

/// A stretch of a run.
struct Fit {
  Schedule schedule;
  std::int64_t total = 1;     ///< iterations of the whole run
  std::int64_t first = 0;     ///< where the stretch begins
  std::vector<double> peaks;  ///< one a group
};

/// The rate of each group during update `t` of the stretch.
std::vector<double> rates_at(const Fit& fit, std::size_t t);

/// The momentum of each group then; nothing if the schedule leaves it alone.
std::optional<std::vector<double>> momentum_at(const Fit& fit, std::size_t t);

/// Compares the steps from `begin` on, `count` of them, of `expected.lr` and `expected.momentum`
/// with the stretch. A schedule that leaves momentum alone demands a constant one.
void expect_fit(const Case& c, const Fit& fit, std::size_t begin, std::size_t count);
/// All steps, but those in `skipped`.
void expect_fit(const Case& c, const Fit& fit, const std::set<std::size_t>& skipped = {});

/// `batches_per_epoch` times the parameter `epochs`, or its default.
std::int64_t iterations_of(const Case& c, const char* epochs, double default_epochs = 1.0);

}  // namespace onecycle::golden
