#include "onecycle/schedule/statistical_plateau.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "onecycle/schedule/trend.h"

namespace onecycle {
namespace {
constexpr std::int64_t kLooksPerMemory = 100;
}  // namespace

StatisticalPlateau::StatisticalPlateau(StatisticalPlateauOptions options, std::vector<double> peaks)
    : options_(detail::checked(std::move(options))), rates_(std::move(peaks), options_.min_lr) {}

std::int64_t StatisticalPlateau::iterations_per_look() const {
  return std::max<std::int64_t>(1, options_.iterations_without_progress / kLooksPerMemory);
}

std::span<const double> StatisticalPlateau::losses() const {
  const auto most = static_cast<std::size_t>(options_.iterations_without_progress);
  return std::span(losses_).last(std::min(losses_.size(), most));
}

bool StatisticalPlateau::report(double loss) {
  if (!std::isfinite(loss)) {
    return false;
  }
  const auto most = static_cast<std::size_t>(options_.iterations_without_progress);
  if (losses_.size() >= 2 * most) {  // one move of all for `most` losses
    losses_.erase(losses_.begin(), losses_.end() - options_.iterations_without_progress);
  }
  losses_.push_back(loss);
  ++unchecked_;
  if (losses_.size() < most || unchecked_ < iterations_per_look()) {
    return false;
  }
  unchecked_ = 0;
  if (has_progress()) {
    return false;
  }
  losses_.clear();
  const bool any = rates_.cut(options_.factor, /*eps=*/0.0);
  cuts_ += any ? 1 : 0;
  return any;
}

bool StatisticalPlateau::has_progress() const {
  const auto all = options_.iterations_without_progress;
  // The memory holds just as many losses as the steps that are asked for, so of all its ends only
  // the whole decides: one pass, and the second look only where the first sees a plateau.
  return probability_falling(losses()) >= options_.probability ||
         steps_without_decrease_robust(losses(), {options_.probability, options_.discard}) < all;
}

StatisticalPlateauState StatisticalPlateau::state() const {
  const auto memory = losses();
  return {.unchecked = unchecked_,
          .cuts = cuts_,
          .rates = rates(),
          .losses = {memory.begin(), memory.end()}};
}

void StatisticalPlateau::restore(const StatisticalPlateauState& state) {
  rates_.restore(state.rates);
  losses_ = state.losses;
  unchecked_ = state.unchecked;
  cuts_ = state.cuts;
}

}  // namespace onecycle
