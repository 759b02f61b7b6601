#include <cmath>

#include "families.h"
#include "fit.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/policy/sgdr.h"

namespace onecycle::golden {
namespace {

/// The peer begins the cycle anew after its last batch; a run of ours is one cycle.
void expect_cycles(const Case& c, const OneCycle& policy) {
  const auto length = static_cast<std::size_t>(number(c.params.at("cycle_batches")));
  const Fit fit{policy, static_cast<std::int64_t>(length), 0, listed(c.params.at("initial_lr"))};
  expect_trace(
      "lr", c.expected.at("lr"), [&](std::size_t t) { return rates_at(fit, t % length); },
      Tolerance::of(c));
  if (c.expected.contains("momentum") && has(c.params, "momentums")) {
    expect_trace(
        "momentum", c.expected.at("momentum"),
        [&](std::size_t t) { return momentum_at(fit, t % length).value(); }, Tolerance::of(c));
  }
}

void take_momenta(const json& p, OneCycle& policy) {
  policy.cycle_momentum = has(p, "momentums");
  if (has(p, "momentums")) {
    policy.momentum_start = number(p.at("momentums").at(0));
    policy.momentum_peak = number(p.at("momentums").at(1));
  }
}

void circular(const Case& c) {
  OneCycle policy{.convention = OneCycleConvention::fastai07,
                  .pct_start = 1.0 / number_or(c.params, "cut_div", 8.0),
                  .div = number_or(c.params, "div", 4.0)};
  take_momenta(c.params, policy);
  if (c.expected.contains("error")) {
    // A rise without a whole batch: the peer divides by zero, ours begins at the peak.
    const auto length = static_cast<std::int64_t>(number(c.params.at("cycle_batches")));
    const Schedule schedule = policy;
    expect(schedule.at(0, length).lr == 1.0, "the first batch has the peak");
    expect(schedule.at(length, length).lr == 1.0 / *policy.div, "the rate ends where it would");
    return;
  }
  expect_cycles(c, policy);
}

void circular_beta(const Case& c) {
  OneCycle policy{.convention = OneCycleConvention::fastai07_beta,
                  .div = number_or(c.params, "div", 10.0),
                  .pct_final = 1.0 - number_or(c.params, "pct", 10.0) / 100.0};
  take_momenta(c.params, policy);
  expect_cycles(c, policy);
}

/// The first twentieth of the first cycle runs at a hundredth of the rate.
void cos_anneal(const Case& c) {
  const double length = number(c.params.at("cycle_batches"));
  const Sgdr cycles{.cycle_len = Length::iterations(length),
                    .cycle_mult = number_or(c.params, "cycle_mult", 1.0)};
  const double slow = std::ceil(length / 20.0);
  const Schedule schedule = over(Constant{0.01}, Length::iterations(slow), cycles);
  expect_fit(c, Fit{schedule, 1'000'000, 0, listed(c.params.at("initial_lr"))});
}

}  // namespace

Kinds fastai07_sched() {
  return {{"cos_anneal", cos_anneal}, {"circular", circular}, {"circular_beta", circular_beta}};
}

}  // namespace onecycle::golden
