#include "families.h"
#include "fit.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "requests.h"

namespace onecycle::golden {
namespace {

void expect_left(const Case& c, const Fit& fit, std::size_t count) {
  const std::size_t groups = fit.peaks.size();
  if (c.expected.contains("lr_after")) {
    expect_list("lr_after", c.expected.at("lr_after"), rates_at(fit, count), Tolerance::of(c));
  }
  if (c.expected.contains("momentum_after")) {
    const auto momentum = momentum_at(fit, count);
    expect(momentum.has_value(), "momentum is prescribed");
    expect_list("momentum_after", c.expected.at("momentum_after"), *momentum, Tolerance::of(c));
  }
  if (c.expected.contains("recorder_lrs_tail")) {
    const json& tail = c.expected.at("recorder_lrs_tail");
    for (std::size_t i = 0; i < tail.size(); ++i) {
      expect_number("recorder_lrs_tail", tail.at(i),
                    rates_at(fit, count - tail.size() + i).at(groups - 1), Tolerance::of(c));
    }
  }
}

void one_cycle(const Case& c) {
  const json& p = c.params;
  OneCycle policy{.convention = OneCycleConvention::fastai1};
  take(p, "pct_start", policy.pct_start);
  take(p, "div_factor", policy.div);
  take(p, "final_div", policy.div_final);
  if (has(p, "moms")) {
    policy.momentum_start = number(p.at("moms").at(0));
    policy.momentum_peak = number(p.at("moms").at(1));
  }
  const char* const epochs = has(p, "tot_epochs") ? "tot_epochs" : "epochs";
  const Fit fit{policy, iterations_of(c, epochs), iterations_of(c, "start_epoch", 0),
                rates_of(p.at("lr_max"), groups_of(c))};
  expect_fit(c, fit);
  expect_left(c, fit, c.expected.at("lr").size());
}

}  // namespace

Kinds fastai1_fit() { return {{"one_cycle", one_cycle}}; }

}  // namespace onecycle::golden
