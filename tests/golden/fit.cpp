#include "fit.h"

#include <algorithm>
#include <cmath>

namespace onecycle::golden {
namespace {

Values values_at(const Fit& fit, std::size_t t) {
  return fit.schedule.at(fit.first + static_cast<std::int64_t>(t), fit.total);
}

json slice(const json& list, std::size_t begin, std::size_t count) {
  json part = json::array();
  for (std::size_t t = begin; t < begin + count; ++t) {
    part.push_back(list.at(t));
  }
  return part;
}

/// Shares the peak of the whole trace with each stretch of it.
Tolerance tolerance_of(const Case& c, const json& whole) {
  Tolerance tolerance = Tolerance::of(c);
  double peak = 0.0;
  for (const json& row : whole) {
    for (const double x : listed(row)) {
      peak = std::max(peak, std::abs(x));
    }
  }
  tolerance.abs = std::max(tolerance.abs, tolerance.of_peak * peak);
  return tolerance;
}

}  // namespace

std::vector<double> rates_at(const Fit& fit, std::size_t t) {
  std::vector<double> rates = fit.peaks;
  for (double& rate : rates) {
    rate *= values_at(fit, t).lr;
  }
  return rates;
}

std::optional<std::vector<double>> momentum_at(const Fit& fit, std::size_t t) {
  const auto momentum = values_at(fit, t).momentum;
  return momentum ? std::optional(std::vector<double>(fit.peaks.size(), *momentum)) : std::nullopt;
}

namespace {

void expect_steps(const Case& c, const Fit& fit, std::size_t begin, std::size_t count,
                  const std::set<std::size_t>& skipped) {
  const json& lr = c.expected.at("lr");
  expect_trace(
      "lr", slice(lr, begin, count), [&](std::size_t t) { return rates_at(fit, t); },
      tolerance_of(c, lr), skipped);
  if (!c.expected.contains("momentum")) {
    return;
  }
  const json& momentum = c.expected.at("momentum");
  expect_trace(
      "momentum", slice(momentum, begin, count),
      [&](std::size_t t) { return momentum_at(fit, t).value_or(listed(momentum.at(begin))); },
      tolerance_of(c, momentum));
}

}  // namespace

void expect_fit(const Case& c, const Fit& fit, std::size_t begin, std::size_t count) {
  expect_steps(c, fit, begin, count, {});
}

void expect_fit(const Case& c, const Fit& fit, const std::set<std::size_t>& skipped) {
  expect_steps(c, fit, 0, c.expected.at("lr").size(), skipped);
}

std::int64_t iterations_of(const Case& c, const char* epochs, double default_epochs) {
  return static_cast<std::int64_t>(number(c.params.at("batches_per_epoch")) *
                                   number_or(c.params, epochs, default_epochs));
}

}  // namespace onecycle::golden
