#include <algorithm>

#include "families.h"
#include "fit.h"
#include "onecycle/schedule/policy/anneal.h"
#include "onecycle/schedule/policy/flat_cosine.h"
#include "onecycle/schedule/policy/one_cycle.h"
#include "onecycle/schedule/policy/sgdr.h"
#include "peer_schedules.h"
#include "requests.h"

namespace onecycle::golden {
namespace {

/// The rate asked for, or the learner's own.
Rates asked_rates(const json& params, const char* name) {
  return has(params, name) ? rates_of(params.at(name)) : number_or(params, "learner_lr", 1e-3);
}

/// The peer moves its optimizer before each batch, so what it leaves is what the last batch had.
void expect_left(const Case& c, const Fit& fit, std::size_t count) {
  if (c.expected.contains("lr_after")) {
    Tolerance tolerance = Tolerance::of(c);
    tolerance.abs = tolerance.of_peak * *std::max_element(fit.peaks.begin(), fit.peaks.end());
    expect_list("lr_after", c.expected.at("lr_after"), rates_at(fit, count - 1), tolerance);
  }
}

void one_cycle(const Case& c) {
  const OneCycle policy = fastai2_one_cycle(c.params, {});
  const Fit fit{policy, iterations_of(c, "epochs"), iterations_of(c, "start_epoch", 0),
                asked_rates(c.params, "lr_max").for_groups(groups_of(c))};
  const std::size_t count = c.expected.at("lr").size();
  expect(static_cast<std::int64_t>(count) == fit.total - fit.first, "the run has all its batches");
  expect_fit(c, fit);
  expect_left(c, fit, count);
}

void plain_fit(const Case& c) {
  const Fit fit{Constant{}, iterations_of(c, "epochs"), 0,
                asked_rates(c.params, "lr").for_groups(groups_of(c))};
  expect_fit(c, fit);
  expect_left(c, fit, c.expected.at("lr").size());
}

void fine_tune(const Case& c) {
  const json& p = c.params;
  const std::size_t groups = groups_of(c);
  const double base = number_or(p, "base_lr", 2e-3);
  json both = p;  // pct_start and div are the second fit's alone
  both.erase("pct_start");
  both.erase("div");
  const OneCycle frozen = fastai2_one_cycle(both, {.pct_start = 0.99});
  const OneCycle unfrozen = fastai2_one_cycle(p, {.pct_start = 0.3, .div = 5.0});
  const Fit head{frozen, iterations_of(c, "freeze_epochs"), 0,
                 Rates::tenth(base).for_groups(groups)};
  const double high = base / 2.0;
  const Fit all{unfrozen, iterations_of(c, "epochs"), 0,
                Rates::range(high / number_or(p, "lr_mult", 100.0), high).for_groups(groups)};
  const auto head_count = static_cast<std::size_t>(head.total);
  const auto all_count = static_cast<std::size_t>(all.total);
  expect(c.expected.at("lr").size() == head_count + all_count, "both phases have all batches");
  expect_fit(c, head, 0, head_count);
  expect_fit(c, all, head_count, all_count);
  expect_left(c, all, all_count);
}

void flat_cos(const Case& c) {
  FlatCosine policy{};
  take(c.params, "pct_start", policy.pct_start);
  take(c.params, "div_final", policy.div_final);
  const Fit fit{policy, iterations_of(c, "epochs"), 0,
                asked_rates(c.params, "lr").for_groups(groups_of(c))};
  expect_fit(c, fit);
  expect_left(c, fit, c.expected.at("lr").size());
}

/// Where the peer's float32 edges miss a restart by one batch, ours comes on time.
void sgdr(const Case& c) {
  const json& p = c.params;
  const auto length = static_cast<double>(iterations_of(c, "cycle_len"));
  const double mult = number_or(p, "cycle_mult", 2.0);
  const Sgdr policy{.cycle_len = Length::iterations(length), .cycle_mult = mult};
  double total = 0.0;
  double next = length;
  Iterations ends;
  for (int i = 0; i < static_cast<int>(number(p.at("n_cycles"))); ++i) {
    total += next;
    next *= mult;
    ends.push_back(static_cast<std::int64_t>(total));
  }
  const Fit fit{policy, static_cast<std::int64_t>(total), 0,
                asked_rates(p, "lr_max").for_groups(groups_of(c))};
  expect(Schedule(policy).cycle_ends(fit.total) == ends, "cycles end where they should");
  if (c.expected.contains("error")) {  // cycle_mult = 1, by whose predecessor the peer divides
    expect(rates_at(fit, static_cast<std::size_t>(length)) == fit.peaks, "a restart at the top");
    return;
  }
  std::set<std::size_t> late;
  for (const json& t : c.expected.at("restart_one_batch_late")) {
    late.insert(t.get<std::size_t>());
    expect(rates_at(fit, *late.rbegin()) == fit.peaks, "a restart on time");
  }
  expect_fit(c, fit, late);
  expect_left(c, fit, c.expected.at("lr").size());
}

}  // namespace

OneCycle fastai2_one_cycle(const json& params, OneCycle policy) {
  take(params, "pct_start", policy.pct_start);
  take(params, "div", policy.div);
  take(params, "div_final", policy.div_final);
  if (has(params, "moms")) {
    const auto momenta = numbers(params.at("moms"));
    policy.momentum_start = momenta.at(0);
    policy.momentum_peak = momenta.at(1);
    policy.momentum_end = momenta.at(2);
  }
  return policy;
}

Kinds fastai2_fit() {
  return {{"one_cycle", one_cycle}, {"plain_fit", plain_fit}, {"fine_tune", fine_tune},
          {"flat_cos", flat_cos},   {"sgdr", sgdr},           {"error", sgdr}};
}

}  // namespace onecycle::golden
