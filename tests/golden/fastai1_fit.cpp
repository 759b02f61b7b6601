#include <algorithm>

#include "families.h"
#include "fit.h"
#include "onecycle/schedule/compose.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/flat_cosine.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "requests.h"
#include "shapes.h"

namespace onecycle::golden {
namespace {

void expect_left(const Case& c, const Fit& fit, std::size_t count) {
  const std::size_t groups = fit.peaks.size();
  if (c.expected.contains("lr_after")) {
    expect_list("lr_after", c.expected.at("lr_after"), rates_at(fit, count), Tolerance::of(c));
  }
  if (c.expected.contains("momentum_after")) {
    // A schedule that leaves momentum alone leaves it as it was.
    const auto momentum = momentum_at(fit, count).value_or(listed(c.expected.at("momentum").at(0)));
    expect_list("momentum_after", c.expected.at("momentum_after"), momentum, Tolerance::of(c));
  }
  if (c.expected.contains("recorder_lrs_tail")) {
    const json& tail = c.expected.at("recorder_lrs_tail");
    for (std::size_t i = 0; i < tail.size(); ++i) {
      expect_number("recorder_lrs_tail", tail.at(i),
                    rates_at(fit, count - tail.size() + i).at(groups - 1), Tolerance::of(c));
    }
  }
}

/// The run that the case describes, which may begin behind its first epochs.
void expect_whole_fit(const Case& c, const Schedule& schedule, const json& rates) {
  const char* const epochs = has(c.params, "tot_epochs") ? "tot_epochs" : "epochs";
  const Fit fit{schedule, iterations_of(c, epochs), iterations_of(c, "start_epoch", 0),
                rates_of(rates, groups_of(c))};
  expect_fit(c, fit);
  expect_left(c, fit, c.expected.at("lr").size());
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
  expect_whole_fit(c, policy, p.at("lr_max"));
}

void flat_cos(const Case& c) {
  const json& p = c.params;
  FlatCosine policy{.convention = FlatCosineConvention::fastai1};
  take(p, "start_pct", policy.pct_start);
  if (has(p, "moms")) {
    policy.momentum_start = number(p.at("moms").at(0));
    policy.momentum_end = number(p.at("moms").at(1));
  }
  expect_whole_fit(c, policy, p.at("lr"));
}

/// A curve between the two ends that a phase names; one value alone stays.
Schedule curve_of(const json& ends, const json& phase) {
  const auto values = listed(ends);
  const bool moves = values.size() > 1;
  const std::string name = moves ? phase.value("anneal", "linear") : "no";
  const double start = values.front();
  const double end = values.back();
  switch (shape_of(name, true)) {
    case Shape::cosine:
      return Cosine{start, end};
    case Shape::exponential:
      return Exponential{start, end};
    case Shape::polynomial:
    case Shape::polynomial_down:
      return Polynomial{start, end, number_or(phase, "degree", 1.0)};
    case Shape::constant:
    case Shape::linear:
      break;
  }
  return Linear{start, moves ? end : start};
}

/// Phases one after another. Each batch has the value after as many steps: so the first value of a
/// later phase is never seen, its first batch still has the end of the phase before.
void general(const Case& c) {
  std::size_t begin = 0;
  std::optional<Fit> last;
  for (const json& phase : c.params.at("phases")) {
    const auto length = static_cast<std::int64_t>(number(phase.at("length")));
    Schedule schedule = curve_of(phase.at("lr"), phase);
    if (has(phase, "mom")) {
      schedule = with_parameter(schedule, "momentum", curve_of(phase.at("mom"), phase));
    }
    const Fit fit{schedule, length, last ? 1 : 0, {1.0}};
    const std::size_t left = c.expected.at("lr").size() - begin;
    const auto count = static_cast<std::size_t>(length) + (last ? 0 : 1);
    expect_fit(c, fit, begin, std::min(left, count));
    begin += std::min(left, count);
    last = fit;
  }
  expect(begin == c.expected.at("lr").size(), "the phases have all batches");
  const Fit end{last->schedule, last->total, last->total, {1.0}};
  expect_left(c, end, 0);
}

}  // namespace

Kinds fastai1_fit() {
  return {{"one_cycle", one_cycle}, {"flat_cos", flat_cos}, {"general", general}};
}

}  // namespace onecycle::golden
