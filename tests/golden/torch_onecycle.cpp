#include <cmath>

#include "families.h"
#include "fit.h"
#include "onecycle/schedule/catalogue.h"
#include "peer_schedules.h"
#include "requests.h"

namespace onecycle::golden {
namespace {

/// A count that the peer was given: no integer at all is a refusal by our types.
std::int64_t count_of(const json& params, const char* name) {
  const double count = number(params.at(name));
  require(count == std::floor(count), ErrorKind::usage, name, ": expected an integer, got ", count);
  return static_cast<std::int64_t>(count);
}

std::int64_t total_of(const json& p) {
  if (has(p, "total_steps")) {
    return count_of(p, "total_steps");
  }
  if (has(p, "epochs") && has(p, "steps_per_epoch")) {
    return count_of(p, "epochs") * count_of(p, "steps_per_epoch");
  }
  return 0;  // never said: a run of no iterations
}

OneCycleShape shape_of(const json& p) {
  const std::string name = p.value("anneal_strategy", "cos");
  if (name == "cos" || name == "linear") {
    return name == "cos" ? OneCycleShape::cosine : OneCycleShape::linear;
  }
  find_policy("one_cycle").make({{"shape", name}});  // refuses
  throw Mismatch(cat("unknown shape accepted: ", name));
}

/// The peer takes momenta for each group, or one for all.
double momentum_of(const json& p, const char* name, double fallback, std::size_t group) {
  return has(p, name) ? listed(p.at(name)).at(p.at(name).is_array() ? group : 0) : fallback;
}

/// One stretch for each group: the peer's groups may differ in momentum.
std::vector<Fit> fits_of(const Case& c) {
  std::vector<Fit> fits;
  for (const double peak : rates_of(c.params.at("max_lr"), groups_of(c))) {
    fits.push_back({torch_one_cycle(c.params, fits.size()), total_of(c.params), 0, {peak}});
  }
  return fits;
}

/// The column of one group as a case of its own.
json column(const json& trace, std::size_t group) {
  json rows = json::array();
  for (const json& row : trace) {
    rows.push_back(json::array({row.at(group)}));
  }
  return rows;
}

/// Past its end the peer's rate leaps or goes below 0, or it fails; ours stays. Only where the run
/// has no falling phase (the peer then divides by zero) does the end come after the last update.
void expect_end_held(const Case& c, const Fit& fit, std::size_t group) {
  const std::size_t count = c.expected.at("lr").size();
  const double left = rates_at(fit, count).at(0);
  if (c.expected.contains("scheduler_call_failed")) {
    expect(left > 0.0 && left <= fit.peaks[0], "a rate within (0, peak] past the end");
  } else {
    expect_number("lr past the end", c.expected.at("lr").back().at(group), left, Tolerance::of(c));
    expect(momentum_at(fit, count) == momentum_at(fit, count - 1), "momentum past the end");
  }
  for (const std::size_t t : {count + 1, 2 * count}) {
    expect(rates_at(fit, t) == rates_at(fit, count), "the rate stays past the end");
    expect(momentum_at(fit, t) == momentum_at(fit, count), "momentum stays past the end");
  }
}

void one_cycle(const Case& c) {
  const std::vector<Fit> fits = fits_of(c);
  for (std::size_t group = 0; group < fits.size(); ++group) {
    json expected = {{"lr", column(c.expected.at("lr"), group)}};
    if (c.expected.contains("momentum")) {
      expected["momentum"] = column(c.expected.at("momentum"), group);
    }
    expect_fit({c.id, c.params, expected, c.fixtures, c.tolerance}, fits[group]);
    expect_end_held(c, fits[group], group);
  }
}

/// Requests that the peer cannot meet and we can: every value is finite and within its bounds.
void expect_bounded(const Case& c) {
  for (const Fit& fit : fits_of(c)) {
    for (std::int64_t t = 0; t <= fit.total; ++t) {
      const double rate = rates_at(fit, static_cast<std::size_t>(t)).at(0);
      expect(rate > 0.0 && rate <= fit.peaks[0] * (1.0 + 1e-12), "a rate within (0, peak]");
    }
  }
}

void error(const Case& c) {
  const std::string type = c.expected.at("error").get<std::string>();
  const bool whole_pct = has(c.params, "pct_start") && c.params.at("pct_start").is_number_integer();
  const bool no_momentum = type == "ValueError" && !c.params.contains("momentum") &&
                           c.params.value("optimizer", "sgd") != "sgd" &&
                           c.params.value("optimizer", "sgd") != "adam";
  const bool refused = refuses([&] {
    for (const Fit& fit : fits_of(c)) {
      rates_at(fit, 0);
    }
  });
  if (!refused) {
    // s N = 1 divides by zero there, a whole number is no fraction there, and an optimizer without
    // momentum is refused there: our schedule only says what momentum to have if there is one.
    expect(type == "ZeroDivisionError" || whole_pct || no_momentum, "a refusal");
    expect_bounded(c);
  }
}

}  // namespace

OneCycle torch_one_cycle(const json& p, std::size_t group) {
  OneCycle policy{.convention = OneCycleConvention::torch,
                  .shape = shape_of(p),
                  .three_phase = flag_or(p, "three_phase", false),
                  .cycle_momentum = flag_or(p, "cycle_momentum", true),
                  .momentum_start = momentum_of(p, "max_momentum", 0.95, group),
                  .momentum_peak = momentum_of(p, "base_momentum", 0.85, group)};
  take(p, "pct_start", policy.pct_start);
  take(p, "div_factor", policy.div);
  take(p, "final_div_factor", policy.div_final);
  return policy;
}

Kinds torch_onecycle() {
  return {{"two_phase_cos", one_cycle},
          {"two_phase_linear", one_cycle},
          {"three_phase_cos", one_cycle},
          {"three_phase_linear", one_cycle},
          {"error", error}};
}

}  // namespace onecycle::golden
