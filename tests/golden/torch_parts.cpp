#include "torch_parts.h"

#include <cmath>

#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/decay.h"
#include "onecycle/schedule/policy/sgdr.h"

namespace onecycle::golden {
namespace {

/// The parameter as the peer wants it: a whole number.
double count_or(const json& params, const char* name, double fallback) {
  const double count = number_or(params, name, fallback);
  require(count == std::floor(count) && count >= 1.0, ErrorKind::usage, name,
          ": expected a whole number of iterations >= 1, got ", count);
  return count;
}

/// A part over `count` iterations, which then stays where it is.
Schedule lasting(Schedule part, double count) {
  return sequence({{std::move(part), Length::iterations(count)}});
}

Schedule multi_step(const json& params) {
  MultiStep policy{.milestones = {}, .gamma = number_or(params, "gamma", 0.1)};
  for (const double milestone : numbers(params.at("milestones"))) {
    policy.milestones.push_back(Length::iterations(milestone));
  }
  return policy;
}

Schedule constant_then_full(const json& params) {
  const double factor = number_or(params, "factor", 1.0 / 3.0);
  const double count = number_or(params, "total_iters", 5.0);
  return count == 0.0 ? Schedule(Constant{})
                      : sequence({{Constant{factor}, Length::iterations(count)}, {Constant{}}});
}

Schedule linear(const json& params) {
  const double end = number_or(params, "end_factor", 1.0);
  const double count = number_or(params, "total_iters", 5.0);
  return count == 0.0 ? Schedule(Constant{end})
                      : lasting(Linear{number_or(params, "start_factor", 1.0 / 3.0), end}, count);
}

}  // namespace

Schedule torch_schedule(const std::string& type, const json& params, double peak) {
  const double end = number_or(params, "eta_min", 0.0) / peak;
  if (type == "StepLR") {
    return Step{Length::iterations(count_or(params, "step_size", 0.0)),
                number_or(params, "gamma", 0.1)};
  }
  if (type == "MultiStepLR") {
    return multi_step(params);
  }
  if (type == "ExponentialLR") {
    return ExponentialDecay{number(params.at("gamma")), Length::iterations(1)};
  }
  if (type == "PolynomialLR") {
    return lasting(Polynomial{.power = number_or(params, "power", 1.0)},
                   count_or(params, "total_iters", 5.0));
  }
  if (type == "LinearLR") {
    return linear(params);
  }
  if (type == "ConstantLR") {
    return constant_then_full(params);
  }
  if (type == "CosineAnnealingLR") {
    return Cosine{.end = end, .t_max = Length::iterations(number(params.at("T_max")))};
  }
  if (type == "CosineAnnealingWarmRestarts") {
    return Sgdr{.cycle_len = Length::iterations(count_or(params, "T_0", 0.0) *
                                                number_or(params, "batches_per_epoch", 1.0)),
                .cycle_mult = count_or(params, "T_mult", 1.0),
                .end = end};
  }
  throw Mismatch(cat("unknown scheduler ", type));
}

void expect_schedule(const Case& c, const std::function<Schedule(double peak)>& schedule) {
  const std::vector<double> peaks = listed(c.params.at("initial_lr"));
  const auto rates_at = [&](std::int64_t t) {
    std::vector<double> rates;
    for (const double peak : peaks) {
      rates.push_back(peak * schedule(peak).at(t, 1'000'000).lr);
    }
    return rates;
  };
  if (c.expected.contains("error")) {
    expect(refuses([&] { (void)rates_at(0); }), "a refusal");
    return;
  }
  const json& lr = c.expected.at("lr");
  expect_trace(
      "lr", lr, [&](std::size_t t) { return rates_at(static_cast<std::int64_t>(t)); },
      Tolerance::of(c));
  if (has(c.expected, "lr_after")) {
    expect_list("lr_after", c.expected.at("lr_after"),
                rates_at(static_cast<std::int64_t>(lr.size())), Tolerance::of(c));
  }
}

}  // namespace onecycle::golden
